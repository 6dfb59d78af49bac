namespace LeafSeg.Common.Traits;

/// <summary>Measures a convex outline, in the unit of its corners.</summary>
internal static class ConvexEdge
{
    /// <summary>A turn of less than this (50 degrees, no angle between short rows) belongs to a curve that runs inside the corner; a sharper one is a corner.</summary>
    private const double Curve = 50 * Math.PI / 180;

    public static double Around(IReadOnlyList<PicturePoint> corners)
    {
        double length = 0;
        for (int i = 0; i < corners.Count; i++)
        {
            length += Distance(corners[i], corners[(i + 1) % corners.Count]);
        }

        return length;
    }

    /// <summary>Largest distance between two of these points.</summary>
    public static double Longest(IReadOnlyList<PicturePoint> points)
    {
        double longest = 0;
        for (int i = 0; i < points.Count; i++)
        {
            for (int j = i + 1; j < points.Count; j++)
            {
                longest = Math.Max(longest, Distance(points[i], points[j]));
            }
        }

        return longest;
    }

    /// <summary>Distance of the two nearest parallel lines that hold all of it: its smallest Feret diameter.</summary>
    public static double Narrowest(IReadOnlyList<PicturePoint> corners)
    {
        double narrowest = double.MaxValue;
        for (int i = 0; i < corners.Count; i++)
        {
            (PicturePoint from, PicturePoint to) = (corners[i], corners[(i + 1) % corners.Count]);
            double side = Distance(from, to);

            // The direction of a side without a length says nothing.
            if (side > 1e-9)
            {
                narrowest = Math.Min(narrowest, corners.Max(p => Math.Abs(((to.X - from.X) * (p.Y - from.Y)) - ((to.Y - from.Y) * (p.X - from.X)))) / side);
            }
        }

        return narrowest;
    }

    /// <summary>
    /// The outermost points of the shape that the outline is of. A polygon round a curve sticks out at its corners: there the points are those of
    /// the parabola that touches the middles of both sides.
    /// </summary>
    public static IReadOnlyList<PicturePoint> Tips(IReadOnlyList<PicturePoint> corners)
    {
        List<PicturePoint> tips = [];
        for (int i = 0; i < corners.Count; i++)
        {
            (PicturePoint before, PicturePoint corner, PicturePoint after) = (corners[(i + corners.Count - 1) % corners.Count], corners[i], corners[(i + 1) % corners.Count]);
            (double x, double y, double nextX, double nextY) = (corner.X - before.X, corner.Y - before.Y, after.X - corner.X, after.Y - corner.Y);
            double turn = Math.Abs(Math.Atan2((x * nextY) - (y * nextX), (x * nextX) + (y * nextY)));
            if (turn > Curve)
            {
                tips.Add(corner);
                continue;
            }

            (PicturePoint from, PicturePoint to) = (Middle(before, corner), Middle(corner, after));
            tips.AddRange([from, Middle(Middle(from, corner), Middle(corner, to)), to]);
        }

        return tips;
    }

    private static PicturePoint Middle(PicturePoint a, PicturePoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static double Distance(PicturePoint a, PicturePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
