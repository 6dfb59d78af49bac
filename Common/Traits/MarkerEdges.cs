namespace LeafSeg.Common.Traits;

/// <summary>
/// The corners of a marker from its four edges: each edge is crossed at many places, the place of half brightness between black
/// and white found, and a line laid through them; neighbouring lines meet in the corners. OpenCV's own refinements are
/// off in size (SUBPIX: inside the true corners, the more so the smaller and the more blurred the marker) or in place (APRILTAG:
/// .47 px to the right and below). Blur moves the middle of a straight edge nowhere.
/// </summary>
internal static class MarkerEdges
{
    /// <summary>The second turn starts from lines that are right to a tenth of a pixel.</summary>
    private const int Turns = 3;

    private const int Crossings = 48;

    /// <summary>Share of an edge at each of its ends where the other edge's blur is felt.</summary>
    private const double Ends = 0.12;

    /// <summary>Pixels between two samples of a crossing.</summary>
    private const double Step = 0.25;

    /// <summary>An edge fainter than this is none.</summary>
    private const double LeastContrast = 10;

    private const int LeastCrossings = 8;

    /// <param name="grey">Brightness, 0 to 255, row by row.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <param name="corners">[4] to a pixel or two, clockwise.</param>
    /// <returns>[4] to a few hundredths of a pixel; the corners as they were where an edge is hidden or lies at the picture's border.</returns>
    public static PicturePoint[] Refine(ReadOnlySpan<byte> grey, int width, int height, IReadOnlyList<PicturePoint> corners)
    {
        PicturePoint[] now = [.. corners];
        for (int turn = 0; turn < Turns; turn++)
        {
            Line[] lines = new Line[4];
            for (int side = 0; side < 4; side++)
            {
                if (Edge(grey, width, height, now[side], now[(side + 1) % 4]) is not { } line)
                {
                    return [.. corners];
                }

                lines[side] = line;
            }

            for (int corner = 0; corner < 4; corner++)
            {
                if (lines[(corner + 3) % 4].Meet(lines[corner]) is not { } point)
                {
                    return [.. corners];
                }

                now[corner] = point;
            }
        }

        // What has wandered off has followed another edge than the marker's.
        double side0 = Distance(corners[0], corners[1]);
        return corners.Zip(now, Distance).All(moved => moved < Math.Max(2, side0 / ArucoMarkers.Cells / 2)) ? now : [.. corners];
    }

    /// <summary>The line between the black frame, which lies to the right of the way from one corner to the next, and the white around it.</summary>
    private static Line? Edge(ReadOnlySpan<byte> grey, int width, int height, PicturePoint from, PicturePoint to)
    {
        double length = Distance(from, to);
        (double alongX, double alongY) = ((to.X - from.X) / length, (to.Y - from.Y) / length);
        (double outX, double outY) = (alongY, -alongX);

        // Neither across the frame to the cells inside nor to what lies beyond the white rim: less than a cell both ways.
        double reach = Math.Clamp(0.8 * length / ArucoMarkers.Cells, 2, 6);
        int samples = (2 * (int)Math.Round(reach / Step)) + 1;
        double[] profile = new double[samples];
        List<PicturePoint> points = [];
        for (int i = 0; i < Crossings; i++)
        {
            double share = Ends + ((1 - (2 * Ends)) * i / (Crossings - 1));
            (double x, double y) = (from.X + (share * length * alongX), from.Y + (share * length * alongY));
            bool inside = true;
            for (int s = 0; s < samples && inside; s++)
            {
                double away = (s - (samples / 2)) * Step;
                inside = Sample(grey, width, height, x + (away * outX), y + (away * outY), out profile[s]);
            }

            if (inside && Crossing(profile) is { } at)
            {
                points.Add(new PicturePoint(x + (at * outX), y + (at * outY)));
            }
        }

        return Line.Through(points);
    }

    /// <returns>Where black turns to white, in pixels outwards from the middle of the profile.</returns>
    private static double? Crossing(double[] profile)
    {
        int end = Math.Max(2, (int)Math.Round(1 / Step));
        double black = double.MaxValue, white = double.MinValue;
        int middle = profile.Length / 2;
        for (int s = 0; s <= middle; s++)
        {
            black = Math.Min(black, Mean(profile, s, end));
        }

        for (int s = middle; s + end <= profile.Length; s++)
        {
            white = Math.Max(white, Mean(profile, s, end));
        }

        if (white - black < LeastContrast)
        {
            return null;
        }

        double half = (black + white) / 2;
        double? nearest = null;
        for (int s = 1; s < profile.Length; s++)
        {
            if (profile[s - 1] < half && profile[s] >= half)
            {
                double at = (s - 1 - middle + ((half - profile[s - 1]) / (profile[s] - profile[s - 1]))) * Step;
                if (nearest is null || Math.Abs(at) < Math.Abs(nearest.Value))
                {
                    nearest = at;
                }
            }
        }

        return nearest;
    }

    private static double Mean(double[] profile, int start, int count)
    {
        double sum = 0;
        int end = Math.Min(profile.Length, start + count);
        for (int s = start; s < end; s++)
        {
            sum += profile[s];
        }

        return sum / (end - start);
    }

    private static bool Sample(ReadOnlySpan<byte> grey, int width, int height, double x, double y, out double value)
    {
        (int left, int top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        value = 0;
        if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height)
        {
            return false;
        }

        (double right, double below) = (x - left, y - top);
        int at = (top * width) + left;
        value = ((1 - below) * (((1 - right) * grey[at]) + (right * grey[at + 1])))
            + (below * (((1 - right) * grey[at + width]) + (right * grey[at + width + 1])));
        return true;
    }

    private static double Distance(PicturePoint a, PicturePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    /// <summary>All points with <c>NormalX x + NormalY y = Offset</c>.</summary>
    private readonly record struct Line(double NormalX, double NormalY, double Offset)
    {
        /// <summary>Total least squares, again without the points that are far off: a speck of soil, a scratch.</summary>
        public static Line? Through(List<PicturePoint> points)
        {
            Line? line = null;
            for (int pass = 0; pass < 3; pass++)
            {
                if (points.Count < LeastCrossings)
                {
                    return null;
                }

                line = Fit(points);
                double limit = Math.Max(0.15, 2.5 * Math.Sqrt(points.Average(p => line.Value.Square(p))));
                List<PicturePoint> near = [.. points.Where(p => line.Value.Square(p) <= limit * limit)];
                if (near.Count == points.Count)
                {
                    break;
                }

                points = near;
            }

            return line;
        }

        public PicturePoint? Meet(Line other)
        {
            double determinant = (NormalX * other.NormalY) - (NormalY * other.NormalX);
            return Math.Abs(determinant) < 0.1 ? null : new PicturePoint(
                ((Offset * other.NormalY) - (NormalY * other.Offset)) / determinant,
                ((NormalX * other.Offset) - (Offset * other.NormalX)) / determinant);
        }

        private double Square(PicturePoint point)
        {
            double off = (NormalX * point.X) + (NormalY * point.Y) - Offset;
            return off * off;
        }

        private static Line Fit(List<PicturePoint> points)
        {
            (double x, double y) = (points.Average(p => p.X), points.Average(p => p.Y));
            double xx = 0, xy = 0, yy = 0;
            foreach (PicturePoint p in points)
            {
                (double dx, double dy) = (p.X - x, p.Y - y);
                xx += dx * dx;
                xy += dx * dy;
                yy += dy * dy;
            }

            double angle = Math.Atan2(2 * xy, xx - yy) / 2;
            (double normalX, double normalY) = (-Math.Sin(angle), Math.Cos(angle));
            return new Line(normalX, normalY, (normalX * x) + (normalY * y));
        }
    }
}
