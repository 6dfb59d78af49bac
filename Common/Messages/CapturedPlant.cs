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

    public required double? Compactness { get; init; }

    public required double? Stockiness { get; init; }

    public required double? DiameterMm { get; init; }

    public required bool InFrame { get; init; }

    public required IReadOnlyList<CapturedLeaf> Leaves { get; init; }

    /// <summary>What was measured, rounded to what the measurement can bear.</summary>
    /// <param name="plant">The plant's name, in the alphabet of topics.</param>
    /// <param name="traits">Measured on the label map that <see cref="LeafMap.Paste"/> made of <paramref name="leaves"/>.</param>
    /// <param name="leaves">The leaves as the model found them: label i + 1 is <c>leaves[i]</c>.</param>
    public static CapturedPlant From(string plant, PlantTraits traits, IReadOnlyList<LeafInstance> leaves) => throw new NotImplementedException();
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
