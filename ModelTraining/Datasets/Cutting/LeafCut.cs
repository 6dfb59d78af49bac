using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Cutting;

/// <summary>
/// One leaf cut out of a labelled picture and laid flat: base at the left, tip at the right, transparent around it
/// (<see cref="Common.Synthesis.LeafPhotographs"/> reads it).
/// </summary>
internal static class LeafCut
{
    /// <summary>Area over the area of the convex hull: what another leaf hides in part is dented.</summary>
    private const double LeastSolidity = .86;

    /// <summary>Share of the outline along which another leaf lies: at the stem they all meet.</summary>
    private const double MostTouching = .22;

    /// <summary>The whole leaves of a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="labels">Its leaves.</param>
    /// <param name="shortest">From base to tip, in pixels.</param>
    /// <returns>The label of each leaf that can be used, and its cut-out, BGRA; the receiver disposes of it.</returns>
    public static IEnumerable<(ushort Label, Mat Leaf)> Of(RgbImage image, LabelMap labels, int shortest)
    {
        Dictionary<ushort, List<Point>> pixels = [];
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                if (labels[x, y] != 0)
                {
                    (pixels.TryGetValue(labels[x, y], out List<Point>? of) ? of : pixels[labels[x, y]] = []).Add(new Point(x, y));
                }
            }
        }

        if (pixels.Count < 2)
        {
            // Where one leaf is all there is, nothing says which end is its base.
            yield break;
        }

        Point2d[] middles = [.. pixels.Values.Select(leaf => new Point2d(leaf.Average(p => (double)p.X), leaf.Average(p => (double)p.Y)))];
        Point2d centre = new(middles.Average(p => p.X), middles.Average(p => p.Y));
        foreach ((ushort label, List<Point> leaf) in pixels.OrderBy(pair => pair.Key))
        {
            if (leaf.Count > shortest && IsWhole(labels, label, leaf) && Lay(image, labels, label, leaf, centre, shortest) is Mat cut)
            {
                yield return (label, cut);
            }
        }
    }

    private static bool IsWhole(LabelMap labels, ushort label, List<Point> leaf)
    {
        int outline = 0, touching = 0;
        foreach (Point p in leaf)
        {
            if (p.X == 0 || p.Y == 0 || p.X == labels.Width - 1 || p.Y == labels.Height - 1)
            {
                return false;
            }

            ushort[] around = [labels[p.X - 1, p.Y], labels[p.X + 1, p.Y], labels[p.X, p.Y - 1], labels[p.X, p.Y + 1]];
            outline += around.Any(other => other != label) ? 1 : 0;
            touching += around.Any(other => other != label && other != 0) ? 1 : 0;
        }

        double hull = Cv2.ContourArea(Cv2.ConvexHull(leaf));
        return touching <= MostTouching * outline && leaf.Count >= LeastSolidity * hull;
    }

    /// <summary>Turns the leaf until its tip, the pixel furthest from its base, lies to the right of the base.</summary>
    private static Mat? Lay(RgbImage image, LabelMap labels, ushort label, List<Point> leaf, Point2d centre, int shortest)
    {
        Point stem = leaf.MinBy(p => Squared(p.X - centre.X, p.Y - centre.Y));
        Point tip = leaf.MaxBy(p => Squared(p.X - stem.X, p.Y - stem.Y));
        double dx = tip.X - stem.X, dy = tip.Y - stem.Y, length = Math.Sqrt((dx * dx) + (dy * dy));
        // A base far from the centre of the plant is the edge of another leaf over this one.
        if (length < shortest || Squared(stem.X - centre.X, stem.Y - centre.Y) > Squared(.7 * length, 0))
        {
            return null;
        }

        (double cos, double sin) = (dx / length, dy / length);
        double half = leaf.Max(p => Math.Abs(((p.Y - stem.Y) * cos) - ((p.X - stem.X) * sin))) + 2;
        Size size = new((int)Math.Ceiling(length) + 2, (2 * (int)Math.Ceiling(half)) + 1);
        // From the cut-out to the picture: the base is one pixel from the left, in the middle.
        double[,] matrix =
        {
            { cos, -sin, stem.X - cos + (sin * (size.Height / 2)) },
            { sin, cos, stem.Y - sin - (cos * (size.Height / 2)) },
        };
        using Mat toPicture = Mat.FromPixelData(2, 3, MatType.CV_64FC1, matrix);
        byte[] inLeaf = [.. labels.Labels.Select(value => value == label ? (byte)255 : (byte)0)];
        using Mat mask = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_8UC1, inLeaf), picture = ImageFile.ToBgr(image);
        using Mat colours = new(), alpha = new();
        Cv2.WarpAffine(picture, colours, toPicture, size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate);
        Cv2.WarpAffine(mask, alpha, toPicture, size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Constant);
        Mat cut = new();
        Cv2.Merge([.. colours.Split(), alpha], cut);
        return cut;
    }

    private static double Squared(double x, double y) => (x * x) + (y * y);
}
