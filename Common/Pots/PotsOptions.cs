using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Pots;

/// <summary>Where the plants stand: rectangles, a grid, markers, or any of them together. None: one plant, the whole picture.</summary>
public sealed record PotsOptions
{
    /// <summary>Longest side of a picture that settings may name, pixels.</summary>
    public const int LargestPicture = 65536;

    /// <summary>What is expected of a place, for messages.</summary>
    public const string Inside = "0 or more, a pixel of the picture";

    /// <summary>What is expected of a length, for messages.</summary>
    public const string Size = "1 or more pixels";

    /// <summary>Pots by their places in the picture.</summary>
    public IReadOnlyList<PotOptions> Rectangles { get; init; } = [];

    /// <summary>Pots in rows and columns; null: none.</summary>
    public PotGridOptions? Grid { get; init; }

    /// <summary>Pots by the markers beside them.</summary>
    public IReadOnlyList<PotMarkerOptions> ByMarker { get; init; } = [];

    /// <summary>So far beyond its pot a plant is looked for, for leaves that hang over.</summary>
    public int MarginPx { get; init; }

    /// <summary>Whether there is a pot at all.</summary>
    public bool Any => Rectangles.Count > 0 || Grid is not null || ByMarker.Count > 0;

    /// <summary>Those that stand where the settings say, seen or not.</summary>
    public IReadOnlyList<Pot> Standing() => [.. Rectangles.Select(pot => pot.ToPot()), .. Grid?.Pots() ?? []];

    /// <summary>Every plant that it can find.</summary>
    public IEnumerable<string> PlantNames() => Standing().Select(pot => pot.Plant).Concat(ByMarker.Select(pot => pot.Plant));

    /// <summary>The first two pots that share a pixel; null: none do.</summary>
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
