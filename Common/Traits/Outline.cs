using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Traits;

/// <summary>What the outline of some pixels gives, in pixels.</summary>
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

    /// <param name="map">The picture's labels.</param>
    /// <param name="box">Holds all pixels that belong; at least one does.</param>
    /// <param name="belongs">Which labels.</param>
    public static Outline Of(LabelMap map, PixelBox box, Func<ushort, bool> belongs)
    {
        byte[] mask = new byte[box.Width * box.Height];
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                mask[(y * box.Width) + x] = belongs(map[box.X1 + x, box.Y1 + y]) ? (byte)255 : (byte)0;
            }
        }

        using Mat pixels = Mat.FromPixelData(box.Height, box.Width, MatType.CV_8UC1, mask);
        Cv2.FindContours(pixels, out Point[][] parts, out _, RetrievalModes.External, ContourApproximationModes.ApproxSimple);
        Point[] hull = Cv2.ConvexHull(parts.SelectMany(part => part));
        (double length, double width) = LengthAndWidth(hull);
        return new Outline
        {
            Perimeter = parts.Sum(part => Cv2.ArcLength(part, closed: true)),
            Parts = parts.Length,
            HullArea = Cv2.ContourArea(Cv2.ConvexHull(hull.SelectMany(Corners))),
            Length = length,
            Width = width,
        };
    }

    private static (double Length, double Width) LengthAndWidth(Point[] hull)
    {
        (Point from, Point to, double length) = (hull[0], hull[0], 0.0);
        for (int i = 0; i < hull.Length; i++)
        {
            for (int j = i + 1; j < hull.Length; j++)
            {
                double distance = hull[i].DistanceTo(hull[j]);
                if (distance > length)
                {
                    (from, to, length) = (hull[i], hull[j], distance);
                }
            }
        }

        if (length == 0)
        {
            return (1, 1);
        }

        (double acrossX, double acrossY) = ((from.Y - to.Y) / length, (to.X - from.X) / length);
        double[] across = [.. hull.Select(point => (point.X * acrossX) + (point.Y * acrossY))];
        return (length + 1, across.Max() - across.Min() + 1);
    }

    /// <summary>The corners of a pixel, in coordinates where pixel (0, 0) covers 0..1.</summary>
    private static Point[] Corners(Point pixel) =>
        [pixel, new(pixel.X + 1, pixel.Y), new(pixel.X, pixel.Y + 1), new(pixel.X + 1, pixel.Y + 1)];
}
