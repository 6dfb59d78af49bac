using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>
/// What can be measured on one leaf seen from above, its visible part. Lengths and areas are those of the projection, in
/// pixels of the picture, and in millimetres where the scale is known (null otherwise: null never stands for zero).
/// </summary>
public sealed record LeafTraits
{
    /// <summary>The leaf's number within its plant, from 1: its label, counted from the plant's first. There may be gaps.</summary>
    public required int Leaf { get; init; }

    /// <summary>Number of pixels (TO:0000540).</summary>
    public required int AreaPx { get; init; }

    /// <summary>Mean of the pixels' positions; the centre of pixel (0, 0) is at (0, 0), as in PlantCV.</summary>
    public required PicturePoint Centroid { get; init; }

    /// <summary>Smallest upright box around all pixels.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>
    /// Length of the outer outline through the centres of its pixels, as in PlantCV (TO:0000616); the outlines of all
    /// parts where another leaf cuts this one apart. Holes do not count.
    /// </summary>
    public required double PerimeterPx { get; init; }

    /// <summary>
    /// Largest distance between two pixels of the leaf, from outer edge to outer edge (TO:0000135): base to tip of a leaf
    /// that is longer than wide, petiole and all. One pixel is 1 long. Unlike the long side of the smallest rectangle it
    /// turns with the leaf smoothly, and it is what PlantCV calls longest_path, plus 1.
    /// </summary>
    public required double LengthPx { get; init; }

    /// <summary>Extent at right angles to the length, from outer edge to outer edge (TO:0000370).</summary>
    public required double WidthPx { get; init; }

    /// <summary>No pixel lies in the outermost row or column of the picture, or of the part of it that is looked at.</summary>
    public required bool InFrame { get; init; }

    public required double? AreaMm2 { get; init; }

    public required double? PerimeterMm { get; init; }

    public required double? LengthMm { get; init; }

    public required double? WidthMm { get; init; }
}
