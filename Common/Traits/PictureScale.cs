namespace LeafSeg.Common.Traits;

/// <summary>
/// From pixels to millimetres on the plane that the plants stand on: the same everywhere for a camera that looks straight
/// down, a homography for a tilted one. What rises above that plane looks larger than it is; that is projection, not scale.
/// </summary>
public sealed class PictureScale
{
    private readonly double[] toMm;
    private readonly double determinant;

    private PictureScale(double[] toMm)
    {
        this.toMm = toMm;
        determinant = (toMm[0] * ((toMm[4] * toMm[8]) - (toMm[5] * toMm[7])))
            - (toMm[1] * ((toMm[3] * toMm[8]) - (toMm[5] * toMm[6])))
            + (toMm[2] * ((toMm[3] * toMm[7]) - (toMm[4] * toMm[6])));
    }

    /// <summary>[9] row by row: takes (x, y, 1) in pixels, pixel centres at whole numbers, to millimetres times w.</summary>
    public IReadOnlyList<double> ToMillimetres => toMm;

    /// <summary>A camera that looks straight down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not a number above 0.</exception>
    public static PictureScale Fixed(double mmPerPx) => mmPerPx > 0 && double.IsFinite(mmPerPx)
        ? new PictureScale([mmPerPx, 0, 0, 0, mmPerPx, 0, 0, 0, 1])
        : throw new ArgumentOutOfRangeException(nameof(mmPerPx), mmPerPx, "A scale is more than 0 mm a pixel; null where it is not known.");

    /// <summary>A tilted camera.</summary>
    /// <param name="pictureToMm">[9] row by row.</param>
    /// <exception cref="ArgumentException">It is not a homography: nine finite numbers whose determinant is not 0.</exception>
    public static PictureScale Plane(IReadOnlyList<double> pictureToMm)
    {
        ArgumentNullException.ThrowIfNull(pictureToMm);
        if (pictureToMm.Count != 9 || !pictureToMm.All(double.IsFinite) || new PictureScale([.. pictureToMm]).determinant == 0)
        {
            throw new ArgumentException("A homography is nine finite numbers whose determinant is not 0.", nameof(pictureToMm));
        }

        return new PictureScale([.. pictureToMm]);
    }

    /// <summary>Where a point of the picture lies on the plane, in millimetres from an origin of no meaning.</summary>
    public PicturePoint ToMm(double x, double y)
    {
        double w = DepthAt(x, y);
        return new PicturePoint(((toMm[0] * x) + (toMm[1] * y) + toMm[2]) / w, ((toMm[3] * x) + (toMm[4] * y) + toMm[5]) / w);
    }

    /// <summary>What a pixel covers here, in square millimetres: the determinant of the homography's derivative.</summary>
    public double Mm2At(double x, double y)
    {
        double w = DepthAt(x, y);
        return Math.Abs(determinant / (w * w * w));
    }

    /// <summary>Side of a square as large as what a pixel covers here.</summary>
    public double MmPerPxAt(double x, double y) => Math.Sqrt(Mm2At(x, y));

    /// <summary>The way back: from millimetres to pixels.</summary>
    public PictureScale Inverse()
    {
        double[] h = toMm;
        return Plane([.. new double[]
        {
            (h[4] * h[8]) - (h[5] * h[7]), (h[2] * h[7]) - (h[1] * h[8]), (h[1] * h[5]) - (h[2] * h[4]),
            (h[5] * h[6]) - (h[3] * h[8]), (h[0] * h[8]) - (h[2] * h[6]), (h[2] * h[3]) - (h[0] * h[5]),
            (h[3] * h[7]) - (h[4] * h[6]), (h[1] * h[6]) - (h[0] * h[7]), (h[0] * h[4]) - (h[1] * h[3]),
        }.Select(value => value / determinant)]);
    }

    private double DepthAt(double x, double y) => (toMm[6] * x) + (toMm[7] * y) + toMm[8];
}
