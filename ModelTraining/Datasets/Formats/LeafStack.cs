using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Lays masks that may overlap into one label map. The smaller leaf lies on top: young leaves do, and a small one would
/// be gone under a large one. A mask that is full all over is no leaf.
/// </summary>
internal static class LeafStack
{
    /// <param name="masks">[height * width] each; leaf number i + 1 is mask i.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="name">Of the picture, for findings.</param>
    /// <param name="findings">Told of overlaps, of leaves without a pixel, and of masks that cover the picture.</param>
    public static LabelMap Flatten(IReadOnlyList<bool[]> masks, int width, int height, string name, ICollection<Finding> findings)
    {
        LabelMap labels = new(width, height);
        int[] areas = [.. masks.Select(mask => mask.Count(pixel => pixel))];
        int full = areas.Count(area => area == width * height);
        if (full > 0)
        {
            findings.Add(new Finding(FindingKind.FullMask, name, $"{full} of {masks.Count} masks are of one colour all over", full));
            areas = [.. areas.Select(area => area == width * height ? 0 : area)];
        }

        foreach (int leaf in Enumerable.Range(0, masks.Count).Where(leaf => areas[leaf] > 0).OrderByDescending(leaf => areas[leaf]))
        {
            bool[] mask = masks[leaf];
            for (int i = 0; i < mask.Length; i++)
            {
                if (mask[i])
                {
                    labels.Labels[i] = (ushort)(leaf + 1);
                }
            }
        }

        int overlapping = areas.Sum() - labels.Labels.Count(label => label != 0);
        if (overlapping > 0)
        {
            findings.Add(new Finding(FindingKind.Overlap, name, $"{overlapping} pixels belong to more than one leaf"));
        }

        int empty = masks.Count - full - labels.Areas().Count;
        if (empty > 0)
        {
            findings.Add(new Finding(FindingKind.EmptyLeaf, name, $"{empty} of {masks.Count} leaves show no pixel", empty));
        }

        return labels;
    }
}
