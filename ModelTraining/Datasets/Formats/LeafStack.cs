using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Masks;

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
    /// <param name="findings">Gets overlaps, leaves without a pixel, and masks that cover the picture.</param>
    public static LabelMap Flatten(IReadOnlyList<bool[]> masks, int width, int height, string name, ICollection<Finding> findings) =>
        Flatten([.. masks.Select(mask => mask.AsSpan().Count(true))], (leaf, labels) => Fill(masks[leaf], labels, (ushort)(leaf + 1)), width, height, name, findings);

    /// <summary>The same from run lengths, which take no room for what is not leaf.</summary>
    public static LabelMap Flatten(IReadOnlyList<RunLengthMask> masks, int width, int height, string name, ICollection<Finding> findings) =>
        Flatten([.. masks.Select(mask => mask.Area)], (leaf, labels) => masks[leaf].Fill(labels, (ushort)(leaf + 1)), width, height, name, findings);

    private static LabelMap Flatten(int[] areas, Action<int, LabelMap> fill, int width, int height, string name, ICollection<Finding> findings)
    {
        LabelMap labels = new(width, height);
        int count = areas.Length, full = areas.Count(area => area == width * height);
        if (full > 0)
        {
            findings.Add(new Finding(FindingKind.FullMask, name, $"{full} of {count} masks are of one colour all over", full));
            areas = [.. areas.Select(area => area == width * height ? 0 : area)];
        }

        foreach (int leaf in Enumerable.Range(0, count).Where(leaf => areas[leaf] > 0).OrderByDescending(leaf => areas[leaf]))
        {
            fill(leaf, labels);
        }

        long overlapping = areas.Sum(area => (long)area) - labels.Labels.AsSpan().Length + labels.Labels.AsSpan().Count((ushort)0);
        if (overlapping > 0)
        {
            findings.Add(new Finding(FindingKind.Overlap, name, $"{overlapping} pixels belong to more than one leaf"));
        }

        int empty = count - full - labels.Areas().Count;
        if (empty > 0)
        {
            findings.Add(new Finding(FindingKind.EmptyLeaf, name, $"{empty} of {count} leaves show no pixel", empty));
        }

        return labels;
    }

    private static void Fill(bool[] mask, LabelMap labels, ushort label)
    {
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                labels.Labels[i] = label;
            }
        }
    }
}
