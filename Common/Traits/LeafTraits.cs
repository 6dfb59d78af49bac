namespace LeafSeg.Common.Traits;

/// <summary>
/// What can be measured on one leaf seen from above. Lengths and areas are those of the projection, in pixels of the
/// picture, and in millimetres where the scale is known (null otherwise: null never stands for zero).
/// </summary>
public sealed record LeafTraits
{
    /// <summary>The leaf's label in the label map, from 1; there may be gaps.</summary>
    public required int Leaf { get; init; }

    public required int AreaPx { get; init; }

    /// <summary>Mean of the pixels' positions, x then y; the centre of pixel (0, 0) is at (0, 0), as in PlantCV.</summary>
    public required PicturePoint Centroid { get; init; }

    /// <summary>Smallest upright box around the leaf.</summary>
    public required PixelBox Box { get; init; }

    public required double PerimeterPx { get; init; }

    public required double LengthPx { get; init; }

    public required double WidthPx { get; init; }

    /// <summary>No pixel lies in the outermost row or column of the picture.</summary>
    public required bool InFrame { get; init; }

    public required double? AreaMm2 { get; init; }

    public required double? PerimeterMm { get; init; }

    public required double? LengthMm { get; init; }

    public required double? WidthMm { get; init; }
}
