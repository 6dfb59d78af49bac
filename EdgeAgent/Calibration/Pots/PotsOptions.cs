using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Pots;

/// <summary>Where the plants stand: rectangles, a grid, markers, or any of them together. None: one plant, the whole picture.</summary>
internal sealed record PotsOptions
{
    public const int LargestPicture = 65536;
    public const string Inside = "0 or more, a pixel of the picture";
    public const string Size = "1 or more pixels";

    public IReadOnlyList<PotOptions> Rectangles { get; init; } = [];

    public PotGridOptions? Grid { get; init; }

    public IReadOnlyList<PotMarkerOptions> ByMarker { get; init; } = [];

    /// <summary>So far beyond its pot a plant is looked for, for leaves that hang over.</summary>
    public int MarginPx { get; init; }

    public bool Any => Rectangles.Count > 0 || Grid is not null || ByMarker.Count > 0;

    /// <summary>Those that stand where the settings say, seen or not.</summary>
    public IReadOnlyList<Pot> Standing() => [.. Rectangles.Select(pot => pot.ToPot()), .. Grid?.Pots() ?? []];

    /// <summary>Every plant that it can find.</summary>
    public IEnumerable<string> PlantNames() => Standing().Select(pot => pot.Plant).Concat(ByMarker.Select(pot => pot.Plant));

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MarginPx is not (>= 0 and <= 10_000))
            yield return new SettingProblem($"{name}.marginPx", MarginPx, "0 to 10000 pixels");
        List<SettingProblem> each =
        [
            .. Rectangles.SelectMany((pot, i) => pot.Problems($"{name}.rectangles[{i}]")),
            .. Grid?.Problems($"{name}.grid") ?? [],
            .. ByMarker.SelectMany((pot, i) => pot.Problems($"{name}.byMarker[{i}]")),
        ];
        foreach (SettingProblem problem in each)
            yield return problem;

        // Where single pots are wrong, what follows from them says nothing.
        if (each.Count > 0)
            yield break;
        foreach (var twice in PlantNames().GroupBy(plant => plant).Where(g => g.Count() > 1))
            yield return new SettingProblem(name, twice.Key, "every plant once: a name of its own for each pot");
        foreach (var twice in ByMarker.GroupBy(pot => pot.Marker).Where(g => g.Count() > 1))
            yield return new SettingProblem($"{name}.byMarker", twice.Key, "every marker once");
        if (Overlap(Standing()) is { } overlap)
            yield return new SettingProblem(name, $"{overlap.One.Plant} and {overlap.Other.Plant}, which overlap", "pots apart from each other (a leaf has one plant); marginPx sees to leaves that hang over");
    }

    internal static (Pot One, Pot Other)? Overlap(IReadOnlyList<Pot> pots)
    {
        for (int i = 0; i < pots.Count; i++)
        {
            for (int j = i + 1; j < pots.Count; j++)
            {
                if (pots[i].Overlaps(pots[j]))
                    return (pots[i], pots[j]);
            }
        }

        return null;
    }
}
