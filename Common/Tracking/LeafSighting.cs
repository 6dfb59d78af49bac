using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>One leaf of one plant in one picture, as far as its identity depends on it.</summary>
public sealed record LeafSighting
{
    /// <summary>The leaf's number within its plant in this picture.</summary>
    public required int Leaf { get; init; }

    /// <summary>How sure the model is, 0..1; 1 for a mask drawn by hand.</summary>
    public required double Score { get; init; }

    /// <summary>Visible area, pixels.</summary>
    public required int AreaPx { get; init; }

    /// <summary>Mean of its pixels' centres, pixels.</summary>
    public required PicturePoint Centroid { get; init; }

    /// <summary>No pixel lies at the edge of the part of the picture in which the plant was looked for.</summary>
    public required bool InFrame { get; init; }

    /// <summary>Pixels spread evenly over the leaf, at most <see cref="PlantSighting.PointsPerLeaf"/>.</summary>
    public required IReadOnlyList<PicturePoint> Points { get; init; }
}
