using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>
/// What can be measured on one plant seen from above, all its leaves taken together, and each leaf for itself. A plant
/// without leaves has area 0 and no shape: what is a ratio of nothing is null.
/// </summary>
public sealed record PlantTraits
{
    public required int LeafCount { get; init; }

    public required int ProjectedLeafAreaPx { get; init; }

    public required double ConvexHullAreaPx { get; init; }

    public required double PerimeterPx { get; init; }

    public required double DiameterPx { get; init; }

    /// <summary>Projected leaf area over hull area, 0..1.</summary>
    public required double? Compactness { get; init; }

    /// <summary>4 pi A / P^2: 1 for a disc, less the more ragged the outline.</summary>
    public required double? Stockiness { get; init; }

    public required bool InFrame { get; init; }

    public required double? ProjectedLeafAreaMm2 { get; init; }

    public required double? DiameterMm { get; init; }

    /// <summary>Rising by label.</summary>
    public required IReadOnlyList<LeafTraits> Leaves { get; init; }

    /// <param name="labels">Every label is a leaf of the same plant.</param>
    /// <param name="mmPerPx">Millimetres that one pixel covers on the plant; null when not known.</param>
    public static PlantTraits Measure(LabelMap labels, double? mmPerPx = null) => throw new NotImplementedException();
}
