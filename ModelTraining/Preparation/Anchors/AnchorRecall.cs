using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Preparation.Anchors;

/// <summary>How many true leaves find an anchor that overlaps them enough to be taught as one.</summary>
internal sealed class AnchorRecall
{
    private readonly float[][] best;
    private readonly int[][] members;

    /// <param name="set">The anchors.</param>
    /// <param name="boxes">True leaves in the network's input.</param>
    public AnchorRecall(AnchorSet set, IReadOnlyList<Box> boxes)
    {
        Set = set;
        best = [.. Enumerable.Range(0, set.Sizes.Length).Select(level => boxes.Select(box => set.Best(box, level)).ToArray())];
        members = [.. SizeClass.All.Select(size => Enumerable.Range(0, boxes.Count).Where(i => size.Has(boxes[i])).ToArray())];
        All = [.. Enumerable.Range(0, boxes.Count)];
    }

    public AnchorSet Set { get; }

    /// <summary>Places of all leaves, for the questions below.</summary>
    public IReadOnlyList<int> All { get; }

    /// <summary>Places of the leaves of a class of <see cref="SizeClass.All"/>.</summary>
    public IReadOnlyList<int> Of(int sizeClass) => members[sizeClass];

    /// <summary>Share of the leaves that an anchor of one level reaches; NaN without leaves.</summary>
    public double At(double iou, int level, IReadOnlyList<int> leaves) => Share(leaves, leaf => best[level][leaf] >= iou);

    /// <summary>Share of the leaves that any anchor reaches; NaN without leaves.</summary>
    public double At(double iou, IReadOnlyList<int> leaves) => Share(leaves, leaf => best.Any(level => level[leaf] >= iou));

    private static double Share(IReadOnlyList<int> leaves, Func<int, bool> reached) =>
        leaves.Count == 0 ? double.NaN : leaves.Count(reached) / (double)leaves.Count;
}
