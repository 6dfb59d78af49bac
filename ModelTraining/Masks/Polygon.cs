namespace LeafSeg.ModelTraining.Masks;

/// <summary>
/// Polygons as pycocotools draws them, pixel for pixel: on a grid five times as fine, where an edge is walked in steps of
/// one, and a pixel's column is cut at its middle.
/// </summary>
public static class Polygon
{
    /// <summary>Farthest coordinate that is drawn: beyond it lies no picture, only a broken file.</summary>
    private const double Farthest = 1_000_000;
    private const int Fine = 5;

    /// <summary>Draws one ring; parts that cross are even-odd, so that a ring can run in and out again round a hole.</summary>
    /// <param name="ring">x, y, x, y, ... in pixels, at least three points; the last is joined with the first.</param>
    /// <param name="width">Of the picture; what lies outside is cut off.</param>
    /// <param name="height">Of the picture.</param>
    /// <exception cref="FormatException">Fewer than three points, half a point, or a coordinate that is not a place.</exception>
    public static RunLengthMask Draw(IReadOnlyList<double> ring, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (ring.Count < 6 || ring.Count % 2 != 0)
        {
            throw new FormatException($"a polygon of {ring.Count} numbers, expected x and y of at least three points");
        }

        if (ring.FirstOrDefault(value => !(Math.Abs(value) <= Farthest)) is var wrong && wrong != 0)
        {
            throw new FormatException($"a polygon with the coordinate {wrong}, expected pixels within ±{Farthest:0}");
        }

        List<int> flips = [];
        for (int i = 0; i < ring.Count; i += 2)
        {
            int next = (i + 2) % ring.Count;
            Walk(ToFine(ring[i]), ToFine(ring[i + 1]), ToFine(ring[next]), ToFine(ring[next + 1]), width, height, flips);
        }

        flips.Sort();
        return RunLengthMask.FromFlips(flips, width, height);
    }

    /// <summary>Draws several rings and joins them: a ring inside a ring makes no hole.</summary>
    /// <param name="rings">At least one.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <exception cref="FormatException">There is no ring, or one cannot be drawn.</exception>
    public static RunLengthMask Draw(IReadOnlyList<IReadOnlyList<double>> rings, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rings);
        return rings.Count > 0
            ? RunLengthMask.Union([.. rings.Select(ring => Draw(ring, width, height))])
            : throw new FormatException("a polygon without any ring, expected at least one");
    }

    /// <summary>Rounded as C does it: towards zero, below zero too.</summary>
    private static int ToFine(double value) => (int)((Fine * value) + 0.5);

    /// <summary>Notes each place where an edge crosses the middle of a pixel's column; from there on the pixels change.</summary>
    private static void Walk(int fromX, int fromY, int toX, int toY, int width, int height, List<int> flips)
    {
        int dx = Math.Abs(toX - fromX);
        int dy = Math.Abs(toY - fromY);
        bool alongX = dx >= dy;
        bool backwards = alongX ? fromX > toX : fromY > toY;
        (int startX, int startY, int endX, int endY) = backwards ? (toX, toY, fromX, fromY) : (fromX, fromY, toX, toY);
        int steps = Math.Max(dx, dy);
        double slope = steps == 0 ? 0 : (alongX ? endY - startY : endX - startX) / (double)steps;
        (int X, int Y) previous = At(0);
        for (int step = 1; step <= steps; step++)
        {
            (int X, int Y) point = At(step);
            if (point.X != previous.X)
            {
                Cross(Math.Min(point.X, previous.X), Math.Min(point.Y, previous.Y), width, height, flips);
            }

            previous = point;
        }

        (int X, int Y) At(int step)
        {
            int other = (int)((alongX ? startY : startX) + (slope * step) + 0.5);
            return alongX ? (startX + step, other) : (other, startY + step);
        }
    }

    private static void Cross(int x, int y, int width, int height, List<int> flips)
    {
        if (x % Fine != Fine / 2 || x / Fine >= width)
        {
            return;
        }

        double row = Math.Clamp(((y + 0.5) / Fine) - 0.5, 0, height);
        flips.Add((x / Fine * height) + (int)Math.Ceiling(row));
    }
}
