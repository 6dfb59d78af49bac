using LeafSeg.Common.Traits;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>What markers measured in a camera's pictures.</summary>
internal sealed record MarkerScale
{
    /// <summary>Of the picture, in pixels: another size is another view.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Side of the markers that it was taken from.</summary>
    public required double SizeMm { get; init; }

    /// <summary>How many markers it was taken from; one alone shows no tilt. Null in a file of an older agent.</summary>
    public int? Markers { get; init; }

    /// <summary>Digest of the lens whose distortion was taken out before; null: none, as in a file of an older agent.</summary>
    public string? Lens { get; init; }

    /// <summary>[9] row by row: a homography from pixels to millimetres.</summary>
    public required IReadOnlyList<double> ToMillimetres { get; init; }

    public PictureScale ToScale() => PictureScale.Plane(ToMillimetres);

    /// <summary>Says the same of the middle and of each corner, but for what a good marker wavers.</summary>
    public bool IsLike(MarkerScale other)
    {
        const double Wavers = 0.003;
        if ((Width, Height, SizeMm, Markers) != (other.Width, other.Height, other.SizeMm, other.Markers))
        {
            return false;
        }

        (PictureScale mine, PictureScale theirs) = (ToScale(), other.ToScale());
        (double X, double Y)[] places = [(Width / 2.0, Height / 2.0), (0, 0), (Width, 0), (0, Height), (Width, Height)];
        return places.All(p => Math.Abs((mine.MmPerPxAt(p.X, p.Y) / theirs.MmPerPxAt(p.X, p.Y)) - 1) < Wavers);
    }
}
