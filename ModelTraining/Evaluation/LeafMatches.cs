using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// Which found leaf is which true one: those with an IoU of at least one half, which is unique. What is left is
/// missed or false; a found leaf that holds most of several true ones has merged them, and a true leaf that holds several
/// found ones is split.
/// </summary>
internal sealed record LeafMatches
{
    private const double SameLeaf = .5;
    private const double Most = .5;

    /// <summary>True and found label, and their areas in pixels.</summary>
    public required IReadOnlyList<(ushort True, ushort Found, int TrueArea, int FoundArea)> Pairs { get; init; }

    /// <summary>True labels without a found one.</summary>
    public required IReadOnlyList<ushort> Missed { get; init; }

    /// <summary>Found labels without a true one.</summary>
    public required IReadOnlyList<ushort> False { get; init; }

    /// <summary>Found labels that hold most of two true leaves or more.</summary>
    public required IReadOnlyList<ushort> Merged { get; init; }

    /// <summary>True labels that hold most of two found leaves or more.</summary>
    public required IReadOnlyList<ushort> Split { get; init; }

    /// <summary>Pixels of all true leaves.</summary>
    public required long TrueArea { get; init; }

    /// <summary>Pixels of all found leaves.</summary>
    public required long FoundArea { get; init; }

    public int TrueLeaves => Pairs.Count + Missed.Count;

    public int FoundLeaves => Pairs.Count + False.Count;

    /// <param name="found">The found leaves.</param>
    /// <param name="truth">The true ones, of the same size.</param>
    public static LeafMatches Of(LabelMap found, LabelMap truth)
    {
        Dictionary<ushort, int> foundArea = found.Areas().ToDictionary(leaf => leaf.Label, leaf => leaf.Area);
        Dictionary<ushort, int> trueArea = truth.Areas().ToDictionary(leaf => leaf.Label, leaf => leaf.Area);
        Dictionary<(ushort True, ushort Found), int> common = [];
        for (int i = 0; i < truth.Labels.Length; i++)
        {
            if (truth.Labels[i] != 0 && found.Labels[i] != 0)
            {
                (ushort, ushort) both = (truth.Labels[i], found.Labels[i]);
                common[both] = common.GetValueOrDefault(both) + 1;
            }
        }

        (ushort True, ushort Found, int, int)[] pairs =
        [
            .. common.Where(both => both.Value >= SameLeaf * (trueArea[both.Key.True] + foundArea[both.Key.Found] - both.Value))
                .OrderByDescending(both => both.Value).DistinctBy(both => both.Key.True).DistinctBy(both => both.Key.Found)
                .Select(both => (both.Key.True, both.Key.Found, trueArea[both.Key.True], foundArea[both.Key.Found])).OrderBy(pair => pair.True),
        ];
        return new LeafMatches
        {
            Pairs = pairs,
            Missed = [.. trueArea.Keys.Except(pairs.Select(pair => pair.True)).Order()],
            False = [.. foundArea.Keys.Except(pairs.Select(pair => pair.Found)).Order()],
            Merged = [.. common.Where(both => both.Value >= Most * trueArea[both.Key.True]).CountBy(both => both.Key.Found).Where(held => held.Value > 1).Select(held => held.Key).Order()],
            Split = [.. common.Where(both => both.Value >= Most * foundArea[both.Key.Found]).CountBy(both => both.Key.True).Where(held => held.Value > 1).Select(held => held.Key).Order()],
            TrueArea = trueArea.Values.Sum(area => (long)area),
            FoundArea = foundArea.Values.Sum(area => (long)area),
        };
    }
}
