using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Messages;

/// <summary>One plant in a <see cref="CaptureResult"/>.</summary>
public sealed record CapturedPlant
{
    public required string Plant { get; init; }

    public required int LeafCount { get; init; }

    public required int ProjectedLeafAreaPx { get; init; }

    public required double? ProjectedLeafAreaMm2 { get; init; }

    public required double ConvexHullAreaPx { get; init; }

    /// <summary>Null where there is no leaf.</summary>
    public required double? Compactness { get; init; }

    /// <summary>Null where there is no leaf.</summary>
    public required double? Stockiness { get; init; }

    public required double? DiameterMm { get; init; }

    public required bool InFrame { get; init; }

    /// <summary>Empty where there is no leaf; null only where they were left out, see <see cref="CaptureResult.Omitted"/>.</summary>
    public required IReadOnlyList<CapturedLeaf>? Leaves { get; init; }

    /// <summary>What was measured, rounded well below what the measurement can bear.</summary>
    /// <param name="plant">The plant's name, in the alphabet of topics.</param>
    /// <param name="traits">Measured on the label map that <see cref="LeafMap.Paste"/> made of <paramref name="leaves"/>.</param>
    /// <param name="leaves">The leaves as the model found them: label i + 1 is <c>leaves[i]</c>.</param>
    public static CapturedPlant From(string plant, PlantTraits traits, IReadOnlyList<LeafInstance> leaves)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(leaves);
        return new CapturedPlant
        {
            Plant = plant,
            LeafCount = traits.LeafCount,
            ProjectedLeafAreaPx = traits.ProjectedLeafAreaPx,
            ProjectedLeafAreaMm2 = Significant(traits.ProjectedLeafAreaMm2),
            ConvexHullAreaPx = traits.ConvexHullAreaPx,
            Compactness = Rounded(traits.Compactness, 3),
            Stockiness = Rounded(traits.Stockiness, 3),
            DiameterMm = Significant(traits.DiameterMm),
            InFrame = traits.InFrame,
            Leaves = [.. traits.Leaves.Select(leaf => From(leaf, leaves[leaf.Leaf - 1].Score))],
        };
    }

    private static CapturedLeaf From(LeafTraits leaf, float score) => new()
    {
        Leaf = leaf.Leaf,
        Score = Math.Round(score, 3),
        AreaPx = leaf.AreaPx,
        AreaMm2 = Significant(leaf.AreaMm2),
        LengthMm = Significant(leaf.LengthMm),
        WidthMm = Significant(leaf.WidthMm),
        PerimeterMm = Significant(leaf.PerimeterMm),
        Centroid = [Math.Round(leaf.Centroid.X, 2), Math.Round(leaf.Centroid.Y, 2)],
        Box = [leaf.Box.X1, leaf.Box.Y1, leaf.Box.X2, leaf.Box.Y2],
        InFrame = leaf.InFrame,
    };

    /// <summary>Six digits, wherever they stand: under a microscope a leaf's hair is 0.0123 mm long.</summary>
    private static double? Significant(double? value)
    {
        if (value is not { } known || known == 0)
        {
            return value;
        }

        int digits = 5 - (int)Math.Floor(Math.Log10(Math.Abs(known)));
        return Math.Round(known, Math.Clamp(digits, 0, 15));
    }

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;
}

/// <summary>One leaf in a <see cref="CaptureResult"/>.</summary>
public sealed record CapturedLeaf
{
    /// <summary>The leaf's number on overlays, from 1; leaves hidden by others leave gaps.</summary>
    public required int Leaf { get; init; }

    public required double Score { get; init; }

    public required int AreaPx { get; init; }

    public required double? AreaMm2 { get; init; }

    public required double? LengthMm { get; init; }

    public required double? WidthMm { get; init; }

    public required double? PerimeterMm { get; init; }

    /// <summary>[x, y] in pixels.</summary>
    public required IReadOnlyList<double> Centroid { get; init; }

    /// <summary>[x1, y1, x2, y2] in pixels; x2 and y2 are one past the last.</summary>
    public required IReadOnlyList<int> Box { get; init; }

    public required bool InFrame { get; init; }
}
