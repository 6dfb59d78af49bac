using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Lines and areas that are drawn by hand, as pixels.</summary>
internal static class Stroke
{
    private const int MostPoints = 100_000;
    private const double LargestRadius = 2000;

    /// <summary>Binary digits behind the point in OpenCV's drawing.</summary>
    private const int FractionBits = 4;

    /// <summary>The box of points with a margin, as far as the picture goes.</summary>
    /// <param name="points">[n][2], x and y.</param>
    /// <param name="fewest">That are needed.</param>
    /// <param name="margin">In pixels.</param>
    /// <param name="map">Of the picture's size.</param>
    /// <exception cref="LabelEditException">Too few points, or none of them in the picture.</exception>
    public static PixelBox Box(double[][] points, int fewest, double margin, LabelMap map)
    {
        if (points is null || points.Length < fewest || points.Length > MostPoints || points.Any(point => point is not { Length: 2 } || !point.All(value => Math.Abs(value) < 1e6)))
        {
            throw new LabelEditException($"A line of {points?.Length ?? 0} points that cannot be drawn, expected {fewest} or more, each with x and y.");
        }

        PixelBox box = new(
            Math.Clamp((int)Math.Floor(points.Min(point => point[0]) - margin), 0, map.Width), Math.Clamp((int)Math.Floor(points.Min(point => point[1]) - margin), 0, map.Height),
            Math.Clamp((int)Math.Ceiling(points.Max(point => point[0]) + margin) + 1, 0, map.Width), Math.Clamp((int)Math.Ceiling(points.Max(point => point[1]) + margin) + 1, 0, map.Height));
        return box.IsEmpty ? throw new LabelEditException("The line lies outside the picture.") : box;
    }

    /// <exception cref="LabelEditException">Not a brush's radius.</exception>
    public static double Radius(double radius) =>
        radius is >= 0.5 and <= LargestRadius ? radius : throw new LabelEditException($"A brush with a radius of {radius} pixels, expected 0.5 to {LargestRadius}.");

    /// <summary>Pixels whose centres lie within <paramref name="radius"/> of a line.</summary>
    /// <param name="points">The line; a single point is a disc.</param>
    /// <param name="radius">In pixels.</param>
    /// <param name="extent">The part of the picture that is drawn on.</param>
    /// <returns>[H, W] of the extent, 255 where the line is; the caller disposes it.</returns>
    public static Mat Line(double[][] points, double radius, PixelBox extent)
    {
        Mat drawn = new(extent.Height, extent.Width, MatType.CV_8UC1, Scalar.Black);
        for (int i = 0; i < points.Length; i++)
        {
            Draw(drawn, points[Math.Max(0, i - 1)], points[i], radius, extent);
        }

        return drawn;
    }

    /// <summary>A line one pixel wide that no path of 8-connected pixels crosses.</summary>
    public static Mat Cut(double[][] points, PixelBox extent)
    {
        Mat drawn = new(extent.Height, extent.Width, MatType.CV_8UC1, Scalar.Black);
        Cv2.Polylines(drawn, [[.. points.Select(point => Fine(point, extent))]], isClosed: false, Scalar.White, 1, LineTypes.Link4, FractionBits);
        return drawn;
    }

    /// <summary>The area that a closed line goes round.</summary>
    public static Mat Area(double[][] points, PixelBox extent)
    {
        Mat drawn = new(extent.Height, extent.Width, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(drawn, [[.. points.Select(point => Fine(point, extent))]], Scalar.White, LineTypes.Link8, FractionBits);
        return drawn;
    }

    private static Point Fine(double[] point, PixelBox extent) => new(
        (int)Math.Round((point[0] - 0.5 - extent.X1) * (1 << FractionBits)), (int)Math.Round((point[1] - 0.5 - extent.Y1) * (1 << FractionBits)));

    /// <summary>OpenCV draws lines of whole widths alone; a brush is finer than that.</summary>
    private static void Draw(Mat drawn, double[] from, double[] to, double radius, PixelBox extent)
    {
        (double dx, double dy) = (to[0] - from[0], to[1] - from[1]);
        double squared = (dx * dx) + (dy * dy);
        int left = Math.Max(extent.X1, (int)Math.Floor(Math.Min(from[0], to[0]) - radius)), right = Math.Min(extent.X2, (int)Math.Ceiling(Math.Max(from[0], to[0]) + radius) + 1);
        int top = Math.Max(extent.Y1, (int)Math.Floor(Math.Min(from[1], to[1]) - radius)), bottom = Math.Min(extent.Y2, (int)Math.Ceiling(Math.Max(from[1], to[1]) + radius) + 1);
        for (int y = top; y < bottom; y++)
        {
            Span<byte> row = drawn.AsRowSpan(y - extent.Y1);
            for (int x = left; x < right; x++)
            {
                (double px, double py) = (x + 0.5 - from[0], y + 0.5 - from[1]);
                double along = squared > 0 ? Math.Clamp(((px * dx) + (py * dy)) / squared, 0, 1) : 0;
                (double ex, double ey) = (px - (along * dx), py - (along * dy));
                if ((ex * ex) + (ey * ey) <= radius * radius)
                {
                    row[x - extent.X1] = byte.MaxValue;
                }
            }
        }
    }

    /// <summary>The pixels of a row of a mask of bytes.</summary>
    public static Span<byte> AsRowSpan(this Mat mask, int row) => mask.AsSpan<byte>().Slice(row * mask.Cols, mask.Cols);
}
