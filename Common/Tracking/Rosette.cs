using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>Where the leaves of a plant come from.</summary>
internal static class Rosette
{
    /// <summary>
    /// The point that the long axes of all leaves pass nearest to, by least squares; drawn towards the middle of the whole
    /// plant as far as the axes say little (round leaves, few leaves, parallel leaves).
    /// </summary>
    /// <param name="leaves">Points and area of each leaf; at least one leaf.</param>
    public static PicturePoint Centre(IReadOnlyList<(IReadOnlyList<PicturePoint> Points, double Area)> leaves)
    {
        double area = leaves.Sum(leaf => leaf.Area);
        double xx = 0, xy = 0, yy = 0, x = 0, y = 0, middleX = 0, middleY = 0;
        foreach ((IReadOnlyList<PicturePoint> points, double leafArea) in leaves)
        {
            PicturePoint middle = Middle(points);
            middleX += leafArea / area * middle.X;
            middleY += leafArea / area * middle.Y;
            (double nx, double ny, double elongation) = Across(points, middle);
            double weight = leafArea / area * elongation;
            double offset = (nx * middle.X) + (ny * middle.Y);
            xx += weight * nx * nx;
            xy += weight * nx * ny;
            yy += weight * ny * ny;
            x += weight * nx * offset;
            y += weight * ny * offset;
        }

        const double PullToMiddle = .05;
        xx += PullToMiddle;
        yy += PullToMiddle;
        x += PullToMiddle * middleX;
        y += PullToMiddle * middleY;
        double determinant = (xx * yy) - (xy * xy);
        return new PicturePoint(((yy * x) - (xy * y)) / determinant, ((xx * y) - (xy * x)) / determinant);
    }

    public static PicturePoint Middle(IReadOnlyList<PicturePoint> points)
    {
        (double x, double y) = (0, 0);
        foreach (PicturePoint point in points)
        {
            x += point.X;
            y += point.Y;
        }

        return new PicturePoint(x / points.Count, y / points.Count);
    }

    /// <summary>The unit vector across a leaf's long axis, and how long the leaf is: 0 round .. 1 a line.</summary>
    private static (double X, double Y, double Elongation) Across(IReadOnlyList<PicturePoint> points, PicturePoint middle)
    {
        double xx = 0, xy = 0, yy = 0;
        foreach (PicturePoint point in points)
        {
            (double dx, double dy) = (point.X - middle.X, point.Y - middle.Y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }

        double apart = Math.Sqrt(((xx - yy) * (xx - yy)) + (4 * xy * xy));
        double along = .5 * Math.Atan2(2 * xy, xx - yy);
        return (-Math.Sin(along), Math.Cos(along), xx + yy > 0 ? apart / (xx + yy) : 0);
    }
}
