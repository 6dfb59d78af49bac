using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Masks;

/// <summary>
/// A leaf's outline as one polygon, as labelling tools edit it. Pixel (x, y) reaches from x to x + 1, and the outline runs
/// along or through the edges between pixels. A tool that knows neither holes nor leaves in pieces still gets them: the polygon goes to a hole or to the next
/// piece along a line and comes back along the same line, which encloses nothing.
/// </summary>
public static class MaskOutline
{
    /// <summary>
    /// Distances from the middles of the pixels' edges, in pixels, that are tried in turn: a diagonal border becomes a line in place of a
    /// staircase, as long as no middle of a pixel changes sides.
    /// </summary>
    private static readonly double[] Tolerances = [.5, .35, .2];

    /// <summary>All rings of a leaf: those around a piece clockwise as one sees them, those around a hole the other way.</summary>
    /// <param name="map">The leaves.</param>
    /// <param name="label">The leaf.</param>
    /// <param name="box">Where it lies.</param>
    /// <returns>Corners of pixels, at least four a ring.</returns>
    public static IReadOnlyList<IReadOnlyList<Point>> Rings(LabelMap map, ushort label, PixelBox box)
    {
        ArgumentNullException.ThrowIfNull(map);
        Dictionary<Point, List<Point>> next = [];
        for (int y = box.Y1; y < box.Y2; y++)
        {
            for (int x = box.X1; x < box.X2; x++)
            {
                if (!Has(x, y))
                {
                    continue;
                }

                // The leaf is on the right of each edge.
                Edge(!Has(x, y - 1), new Point(x, y), new Point(x + 1, y));
                Edge(!Has(x + 1, y), new Point(x + 1, y), new Point(x + 1, y + 1));
                Edge(!Has(x, y + 1), new Point(x + 1, y + 1), new Point(x, y + 1));
                Edge(!Has(x - 1, y), new Point(x, y + 1), new Point(x, y));
            }
        }

        List<IReadOnlyList<Point>> rings = [];
        foreach (Point start in next.Keys)
        {
            while (next[start].Count > 0)
            {
                rings.Add(Follow(start, next));
            }
        }

        return rings;

        bool Has(int x, int y) => x >= box.X1 && x < box.X2 && y >= box.Y1 && y < box.Y2 && map[x, y] == label;

        void Edge(bool isBorder, Point from, Point to)
        {
            if (!isBorder)
            {
                return;
            }

            if (next.TryGetValue(from, out List<Point>? ends))
            {
                ends.Add(to);
            }
            else
            {
                next.Add(from, [to]);
            }
        }
    }

    /// <summary>One polygon of all rings, of few points, which pycocotools and <see cref="Masks.Polygon"/> draw as exactly the mask.</summary>
    /// <param name="rings">At least one.</param>
    /// <returns>x, y, x, y, ... in pixels; the last point is joined with the first.</returns>
    public static double[] Polygon(IReadOnlyList<IReadOnlyList<Point>> rings)
    {
        ArgumentNullException.ThrowIfNull(rings);
        double[] exact = Joined(rings, scale: 1);
        int left = rings.Min(ring => ring.Min(point => point.X)), top = rings.Min(ring => ring.Min(point => point.Y));
        int width = rings.Max(ring => ring.Max(point => point.X)) - left, height = rings.Max(ring => ring.Max(point => point.Y)) - top;
        string mask = Drawn(exact);
        IReadOnlyList<IReadOnlyList<Point>> middles = [.. rings.Select(Middles)];
        foreach (double tolerance in Tolerances)
        {
            double[] simple = Joined([.. middles.Select(ring => Simplified(ring, 2 * tolerance))], scale: 2);
            if (simple.Length < exact.Length && Drawn(simple) == mask)
            {
                return simple;
            }
        }

        return exact;

        string Drawn(double[] polygon) => Masks.Polygon.Draw([.. polygon.Select((value, i) => value - (i % 2 == 0 ? left : top))], width, height).ToString();
    }

    /// <summary>The middles of a ring's edges of one pixel, in half pixels.</summary>
    private static List<Point> Middles(IReadOnlyList<Point> ring)
    {
        List<Point> middles = [];
        for (int i = 0; i < ring.Count; i++)
        {
            Point from = ring[i], to = ring[(i + 1) % ring.Count];
            int length = Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y);
            Point step = new((to.X - from.X) / length, (to.Y - from.Y) / length);
            middles.Add(new Point((2 * from.X) + step.X, (2 * from.Y) + step.Y));
            if (length > 1)
            {
                middles.Add(new Point((2 * to.X) - step.X, (2 * to.Y) - step.Y));
            }
        }

        return middles;
    }

    private static double[] Joined(IReadOnlyList<IReadOnlyList<Point>> rings, double scale)
    {
        List<Point> polygon = [.. rings[0]];
        foreach (IReadOnlyList<Point> ring in rings.Skip(1))
        {
            (int at, int from) = Nearest(polygon, ring);
            polygon.InsertRange(at + 1, [.. ring.Skip(from), .. ring.Take(from + 1), polygon[at]]);
        }

        return [.. polygon.SelectMany(point => new[] { point.X / scale, point.Y / scale })];
    }

    /// <summary>A ring through a corner, only its turning points. Its edges are used up.</summary>
    private static List<Point> Follow(Point start, Dictionary<Point, List<Point>> next)
    {
        List<Point> corners = [];
        Point at = start, direction = default, first = default;
        do
        {
            // Where two pixels touch by a corner alone, a ring stays with its own pixel: it turns right.
            List<Point> ends = next[at];
            Point right = at + Right(direction);
            Point to = ends.Contains(right) ? right : ends[0];
            ends.Remove(to);
            if (to - at != direction)
            {
                corners.Add(at);
                direction = to - at;
            }

            first = corners.Count == 1 ? direction : first;
            at = to;
        }
        while (at != start || next[start].Contains(start + Right(direction)));

        if (direction == first)
        {
            corners.RemoveAt(0);
        }

        return corners;

        static Point Right(Point direction) => new(-direction.Y, direction.X);
    }

    private static IReadOnlyList<Point> Simplified(IReadOnlyList<Point> ring, double tolerance) =>
        Cv2.ApproxPolyDP(ring, tolerance, closed: true) is { Length: >= 3 } simple ? simple : ring;

    private static (int At, int From) Nearest(List<Point> polygon, IReadOnlyList<Point> ring)
    {
        (int At, int From) best = default;
        long least = long.MaxValue;
        for (int i = 0; i < polygon.Count; i++)
        {
            for (int j = 0; j < ring.Count; j++)
            {
                long dx = polygon[i].X - ring[j].X, dy = polygon[i].Y - ring[j].Y;
                if ((dx * dx) + (dy * dy) < least)
                {
                    (least, best) = ((dx * dx) + (dy * dy), (i, j));
                }
            }
        }

        return best;
    }
}
