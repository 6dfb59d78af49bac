using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>Where the plants stand: rectangles, a grid, markers, or any of them together. None: one plant, the whole picture.</summary>
public sealed record PotsOptions
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

    public static (Pot One, Pot Other)? Overlap(IReadOnlyList<Pot> pots)
    {
        ArgumentNullException.ThrowIfNull(pots);
        for (int i = 0; i < pots.Count; i++)
        {
            for (int j = i + 1; j < pots.Count; j++)
            {
                if (pots[i].Overlaps(pots[j]))
                {
                    return (pots[i], pots[j]);
                }
            }
        }

        return null;
    }
}
