namespace LeafSeg.Common.Traits;

/// <summary>
/// The convex hull of some pixels. Of a leaf's edge a picture says only that it runs beyond the outermost pixel centres
/// that are inside and before the next ones: a hull through these centres is too small, one round the pixels' corners too
/// large, by up to a pixel across. So each side of the hull through the centres is moved out by half the way to the next
/// row of centres beside it (a row along the whole step (a, b) has its neighbours 1/sqrt(a^2 + b^2) away). A rectangle of
/// n x m pixels comes out as n x m, and a turned or round shape neither too small nor too large on average.
/// </summary>
internal sealed class PixelHull
{
    private PixelHull(IReadOnlyList<(int X, int Y)> centres)
    {
        Centres = centres;
        Rows = RowsOf(centres);
        Edge = Moved(centres);
    }

    /// <summary>The outermost pixels, one after the other round the hull.</summary>
    public IReadOnlyList<(int X, int Y)> Centres { get; }

    /// <summary>
    /// For each row the first and the last pixel whose centre is not outside, from the uppermost row on; empty where the
    /// first is behind the last.
    /// </summary>
    public IReadOnlyList<(int Y, int First, int Last)> Rows { get; }

    /// <summary>The corners of the convex edge round the leaf.</summary>
    public IReadOnlyList<PicturePoint> Edge { get; }

    /// <summary>Number of pixels whose centre is not outside: by Pick's theorem what the moved sides enclose, and never less than the pixels themselves.</summary>
    public int Area => Rows.Sum(row => Math.Max(0, row.Last - row.First + 1));

    /// <param name="pixels">At least one; the first and the last of each row are enough.</param>
    public static PixelHull Of(IEnumerable<(int X, int Y)> pixels)
    {
        (int X, int Y)[] sorted = [.. pixels.Distinct().Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(pixels));
        return new PixelHull(sorted.Length < 3 ? sorted : [.. Chain(sorted), .. Chain([.. sorted.Reverse()])]);
    }

    /// <summary>One half of the hull, without its last point (Andrew's monotone chain).</summary>
    private static IEnumerable<(int X, int Y)> Chain((int X, int Y)[] sorted)
    {
        List<(int X, int Y)> half = [];
        foreach ((int X, int Y) next in sorted)
        {
            while (half.Count > 1 && Turn(half[^2], half[^1], next) <= 0)
            {
                half.RemoveAt(half.Count - 1);
            }

            half.Add(next);
        }

        return half.SkipLast(1);
    }

    private static long Turn((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) =>
        ((long)(b.X - a.X) * (c.Y - a.Y)) - ((long)(b.Y - a.Y) * (c.X - a.X));

    private static List<(int Y, int First, int Last)> RowsOf(IReadOnlyList<(int X, int Y)> hull)
    {
        int top = hull.Min(p => p.Y);
        (int First, int Last)[] rows = new (int, int)[hull.Max(p => p.Y) - top + 1];
        Array.Fill(rows, (int.MaxValue, int.MinValue));
        for (int i = 0; i < hull.Count; i++)
        {
            ((int x, int y), (int toX, int toY)) = (hull[i], hull[(i + 1) % hull.Count]);
            (int dx, int dy, int down) = (toX - x, Math.Abs(toY - y), Math.Sign(toY - y));
            for (int step = 0; step <= dy; step++)
            {
                ref (int First, int Last) row = ref rows[y + (step * down) - top];
                long across = (long)step * dx;
                int left = x + (int)(dy == 0 ? 0 : -FloorDivide(-across, dy));
                int right = x + (int)(dy == 0 ? 0 : FloorDivide(across, dy));
                row = (Math.Min(row.First, left), Math.Max(row.Last, right));
            }
        }

        return [.. rows.Select((row, i) => (top + i, row.First, row.Last))];
    }

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    private static List<PicturePoint> Moved(IReadOnlyList<(int X, int Y)> hull)
    {
        (double left, double right) = (hull.Min(p => p.X) - 0.5, hull.Max(p => p.X) + 0.5);
        (double top, double bottom) = (hull.Min(p => p.Y) - 0.5, hull.Max(p => p.Y) + 0.5);
        List<PicturePoint> edge = [new(left, top), new(right, top), new(right, bottom), new(left, bottom)];
        for (int i = 0; i < hull.Count && hull.Count > 1; i++)
        {
            ((int x, int y), (int toX, int toY)) = (hull[i], hull[(i + 1) % hull.Count]);
            (int dx, int dy) = (toX - x, toY - y);

            // All on the outer side of a row have dy * px - dx * py above that of the row, the next row of centres by gcd.
            edge = Cut(edge, dy, -dx, ((double)dy * x) - ((double)dx * y) + (Gcd(Math.Abs(dx), Math.Abs(dy)) / 2.0));
        }

        return edge;
    }

    /// <summary>What of a convex outline has ax + by of at most <paramref name="limit"/>.</summary>
    private static List<PicturePoint> Cut(List<PicturePoint> outline, double a, double b, double limit)
    {
        List<PicturePoint> left = [];
        for (int i = 0; i < outline.Count; i++)
        {
            (PicturePoint from, PicturePoint to) = (outline[i], outline[(i + 1) % outline.Count]);
            double before = (a * from.X) + (b * from.Y) - limit, after = (a * to.X) + (b * to.Y) - limit;
            if (before <= 0)
            {
                left.Add(from);
            }

            if ((before < 0 && after > 0) || (before > 0 && after < 0))
            {
                double share = before / (before - after);
                left.Add(new PicturePoint(from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y))));
            }
        }

        return left;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
