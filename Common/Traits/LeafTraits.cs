using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Traits;

/// <summary>
/// What can be measured on one leaf seen from above, its visible part. Lengths and areas are those of the projection, in
/// pixels of the picture, and in millimetres where the scale is known (null otherwise: null never means zero).
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
    /// Length of the outer outline (TO:0000616), that of the convex hull plus what hollows add by Crofton's formula; the
    /// outlines of all parts where another leaf cuts this one apart. Holes do not count. PlantCV's goes through the pixels'
    /// centres in steps of 0, 45 and 90 degrees: it is up to 8 % too long for a slanting edge however large the leaf is,
    /// and too short for a small leaf.
    /// </summary>
    public required double PerimeterPx { get; init; }

    /// <summary>
    /// Largest distance between two points of the leaf's edge (TO:0000135): base to tip of a leaf that is longer than wide,
    /// petiole and all; a rectangle's is its diagonal. Unlike the long side of the smallest rectangle it turns with the leaf
    /// smoothly. PlantCV's longest_path is the same between pixel centres, and so about a pixel less.
    /// </summary>
    public required double LengthPx { get; init; }

    /// <summary>Distance of the two nearest parallel lines that hold the whole leaf between them (TO:0000370).</summary>
    public required double WidthPx { get; init; }

    /// <summary>No pixel lies in the outermost row or column of the picture, or of the part of it that is looked at.</summary>
    public required bool InFrame { get; init; }

    /// <summary>mm²; null without a scale.</summary>
    public required double? AreaMm2 { get; init; }

    /// <summary>mm; null without a scale.</summary>
    public required double? PerimeterMm { get; init; }

    /// <summary>mm; null without a scale.</summary>
    public required double? LengthMm { get; init; }

    /// <summary>mm; null without a scale.</summary>
    public required double? WidthMm { get; init; }
}
