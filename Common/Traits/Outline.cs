using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Traits;

/// <summary>What the outline of some pixels gives, in pixels, and in millimetres where the scale is known.</summary>
internal readonly record struct Outline
{
    /// <summary>Length of the outer outlines through pixel centres, all parts added.</summary>
    public required double Perimeter { get; init; }

    /// <summary>Parts that do not touch, not even at a corner.</summary>
    public required int Parts { get; init; }

    /// <summary>Area of the convex hull of all parts, round the pixels' corners.</summary>
    public required double HullArea { get; init; }

    /// <summary>Largest distance between two pixel centres, plus half a pixel at either end.</summary>
    public required double Length { get; init; }

    /// <summary>Extent at right angles to the length, plus half a pixel at either end.</summary>
    public required double Width { get; init; }

    public required double? AreaMm2 { get; init; }

    public required double? PerimeterMm { get; init; }

    public required double? LengthMm { get; init; }

    public required double? WidthMm { get; init; }

    /// <param name="map">The picture's labels.</param>
    /// <param name="box">Holds all pixels that belong; at least one does.</param>
    /// <param name="belongs">Which labels.</param>
    /// <param name="scale">Null: not known.</param>
    public static Outline Of(LabelMap map, PixelBox box, Func<ushort, bool> belongs, PictureScale? scale = null)
    {
        byte[] mask = new byte[box.Width * box.Height];
        double mm2 = 0;
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                if (belongs(map[box.X1 + x, box.Y1 + y]))
                {
                    mask[(y * box.Width) + x] = 255;
                    mm2 += scale?.Mm2At(box.X1 + x, box.Y1 + y) ?? 0;
                }
            }
        }

        using Mat pixels = Mat.FromPixelData(box.Height, box.Width, MatType.CV_8UC1, mask);
        Cv2.FindContours(pixels, out Point[][] parts, out _, RetrievalModes.External, ContourApproximationModes.ApproxSimple, new Point(box.X1, box.Y1));
        Point[] hull = Cv2.ConvexHull(parts.SelectMany(part => part));
        (double length, double width) = LengthAndWidth([.. hull.Select(point => new PicturePoint(point.X, point.Y))], 1);
        Outline outline = new()
        {
            Perimeter = parts.Sum(part => Cv2.ArcLength(part, closed: true)),
            Parts = parts.Length,
            HullArea = Cv2.ContourArea(Cv2.ConvexHull(hull.SelectMany(Corners))),
            Length = length,
            Width = width,
            AreaMm2 = null,
            PerimeterMm = null,
            LengthMm = null,
            WidthMm = null,
        };
        return scale is null ? outline : outline.In(scale, mm2, parts, hull, box);
    }

    /// <summary>A homography takes straight lines to straight lines, so corners are enough.</summary>
    private Outline In(PictureScale scale, double mm2, Point[][] parts, Point[] hull, PixelBox box)
    {
        double pixel = scale.MmPerPxAt((box.X1 + box.X2 - 1) / 2.0, (box.Y1 + box.Y2 - 1) / 2.0);
        (double length, double width) = LengthAndWidth([.. hull.Select(point => scale.ToMm(point.X, point.Y))], pixel);
        return this with
        {
            AreaMm2 = mm2,
            PerimeterMm = parts.Sum(part => Around([.. part.Select(point => scale.ToMm(point.X, point.Y))])),
            LengthMm = length,
            WidthMm = width,
        };
    }

    private static double Around(PicturePoint[] ring)
    {
        double length = 0;
        for (int i = 0; i < ring.Length; i++)
        {
            length += Distance(ring[i], ring[(i + 1) % ring.Length]);
        }

        return length;
    }

    /// <param name="hull">Centres of pixels.</param>
    /// <param name="pixel">How large a pixel is in the hull's unit; half of it goes to either end.</param>
    private static (double Length, double Width) LengthAndWidth(PicturePoint[] hull, double pixel)
    {
        (PicturePoint from, PicturePoint to, double length) = (hull[0], hull[0], 0.0);
        for (int i = 0; i < hull.Length; i++)
        {
            for (int j = i + 1; j < hull.Length; j++)
            {
                double distance = Distance(hull[i], hull[j]);
                if (distance > length)
                {
                    (from, to, length) = (hull[i], hull[j], distance);
                }
            }
        }

        if (length == 0)
        {
            return (pixel, pixel);
        }

        (double acrossX, double acrossY) = ((from.Y - to.Y) / length, (to.X - from.X) / length);
        double[] across = [.. hull.Select(point => (point.X * acrossX) + (point.Y * acrossY))];
        return (length + pixel, across.Max() - across.Min() + pixel);
    }

    private static double Distance(PicturePoint a, PicturePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    /// <summary>The corners of a pixel, in coordinates where pixel (0, 0) covers 0..1.</summary>
    private static Point[] Corners(Point pixel) =>
        [pixel, new(pixel.X + 1, pixel.Y), new(pixel.X, pixel.Y + 1), new(pixel.X + 1, pixel.Y + 1)];
}
