using OpenCvSharp;

namespace LeafSeg.Common.Traits;

/// <summary>
/// The plane that markers of one known size lie on, wherever they lie on it: found from the largest one, then from all of
/// them, turn by turn (each marker is the true square nearest to where the plane so far puts its corners; the plane is
/// the homography nearest to all those squares). One marker alone gives a similarity, as of a camera that looks straight down:
/// a homography through four corners so near to each other is noise a few sides of the marker away (8 % of area in the median
/// at 700 px from a marker of 60 px whose corners are right to .1 px).
/// </summary>
public sealed record MarkerPlane
{
    private const int Turns = 50;

    /// <summary>Share of a marker's size by which no good print is off.</summary>
    private const double Doubtful = 0.01;

    /// <summary>Millimetres a pixel in the plane of the markers.</summary>
    public required PictureScale Scale { get; init; }

    /// <summary>The markers that it was fitted to.</summary>
    public required IReadOnlyList<MarkerFit> Markers { get; init; }

    /// <param name="markers">At least one; all of the same size.</param>
    /// <param name="sizeMm">Side of the black square.</param>
    public static MarkerPlane Fit(IReadOnlyList<Marker> markers, double sizeMm)
    {
        ArgumentNullException.ThrowIfNull(markers);
        ArgumentOutOfRangeException.ThrowIfZero(markers.Count, nameof(markers));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizeMm);
        PictureScale scale = FitScale(markers, sizeMm);
        if (markers.Count > 2 && Deviation(markers, scale, sizeMm) > Doubtful * sizeMm)
        {
            // One of a wrong size bends the whole plane and hides behind the bend: the plane is that of the others if
            // they agree without it.
            PictureScale[] without = [.. markers.Select(left => FitScale([.. markers.Where(marker => marker != left)], sizeMm))];
            int wrong = Enumerable.Range(0, markers.Count).MinBy(i => Deviation([.. markers.Where(marker => marker != markers[i])], without[i], sizeMm));
            scale = without[wrong];
        }

        return new MarkerPlane { Scale = scale, Markers = [.. markers.Select(marker => new MarkerFit(marker, MeanSide(marker, scale)))] };
    }

    /// <summary>
    /// Where things lie that are fixed to a marker, near it, however the camera looks at it: the homography through its four corners.
    /// It does not hold many sides away from the marker.
    /// </summary>
    public static PictureScale Around(Marker marker, double size)
    {
        ArgumentNullException.ThrowIfNull(marker);
        return Homography(marker.Corners, Square(size));
    }

    /// <summary>Mean of a marker's sides by a plane that was found before.</summary>
    public static double MeanSide(Marker marker, PictureScale scale)
    {
        ArgumentNullException.ThrowIfNull(marker);
        ArgumentNullException.ThrowIfNull(scale);
        PicturePoint[] seen = [.. marker.Corners.Select(corner => scale.ToMm(corner.X, corner.Y))];
        return Enumerable.Range(0, 4).Average(i => Distance(seen[i], seen[(i + 1) % 4]));
    }

    private static double Deviation(IReadOnlyList<Marker> markers, PictureScale scale, double sizeMm) =>
        markers.Max(marker => Math.Abs(MeanSide(marker, scale) - sizeMm));

    private static PictureScale FitScale(IReadOnlyList<Marker> markers, double sizeMm)
    {
        if (markers.Count == 1)
        {
            return Similarity(markers[0], sizeMm);
        }

        Point2d[] square = Square(sizeMm);
        PictureScale scale = Homography(markers.MaxBy(Perimeter)!.Corners, square);
        List<PicturePoint> corners = [.. markers.SelectMany(marker => marker.Corners)];
        for (int turn = 0; turn < Turns; turn++)
        {
            scale = Homography(corners, [.. markers.SelectMany(marker => NearestSquare(square, marker, scale))]);
        }

        return scale;
    }

    /// <summary>The scale of least squares of a camera that looks straight down.</summary>
    private static PictureScale Similarity(Marker marker, double sizeMm)
    {
        Point2d[] square = Square(sizeMm);
        (double x, double y) = (marker.Corners.Average(p => p.X), marker.Corners.Average(p => p.Y));
        double dot = 0, cross = 0, squares = 0;
        for (int i = 0; i < 4; i++)
        {
            (double fromX, double fromY) = (marker.Corners[i].X - x, marker.Corners[i].Y - y);
            (double toX, double toY) = (square[i].X - (sizeMm / 2), square[i].Y - (sizeMm / 2));
            dot += (fromX * toX) + (fromY * toY);
            cross += (fromX * toY) - (fromY * toX);
            squares += (fromX * fromX) + (fromY * fromY);
        }

        (double cos, double sin) = (dot / squares, cross / squares);
        return PictureScale.Plane([cos, -sin, (sizeMm / 2) - (cos * x) + (sin * y), sin, cos, (sizeMm / 2) - (sin * x) - (cos * y), 0, 0, 1]);
    }

    private static Point2d[] Square(double side) => [new(0, 0), new(side, 0), new(side, side), new(0, side)];

    private static PictureScale Homography(IEnumerable<PicturePoint> picture, IEnumerable<Point2d> plane)
    {
        using Mat found = Cv2.FindHomography(picture.Select(point => new Point2d(point.X, point.Y)), plane);
        if (found.Empty())
        {
            throw new ArgumentException("The markers' corners lie on one line.", nameof(picture));
        }

        return PictureScale.Plane([.. Enumerable.Range(0, 9).Select(i => found.At<double>(i / 3, i % 3))]);
    }

    /// <summary>Turned and moved, never resized: the rotation of least squares about both middles.</summary>
    private static IEnumerable<Point2d> NearestSquare(Point2d[] square, Marker marker, PictureScale scale)
    {
        PicturePoint[] seen = [.. marker.Corners.Select(corner => scale.ToMm(corner.X, corner.Y))];
        (double x, double y) = (seen.Average(p => p.X), seen.Average(p => p.Y));
        double half = square[2].X / 2;
        double dot = 0, cross = 0;
        for (int i = 0; i < 4; i++)
        {
            (double fromX, double fromY) = (square[i].X - half, square[i].Y - half);
            (double toX, double toY) = (seen[i].X - x, seen[i].Y - y);
            dot += (fromX * toX) + (fromY * toY);
            cross += (fromX * toY) - (fromY * toX);
        }

        double length = Math.Sqrt((dot * dot) + (cross * cross));
        (double cos, double sin) = length > 0 ? (dot / length, cross / length) : (1, 0);
        return square.Select(corner => new Point2d(
            x + (cos * (corner.X - half)) - (sin * (corner.Y - half)),
            y + (sin * (corner.X - half)) + (cos * (corner.Y - half))));
    }

    private static double Perimeter(Marker marker) => Enumerable.Range(0, 4).Sum(i => Distance(marker.Corners[i], marker.Corners[(i + 1) % 4]));

    private static double Distance(PicturePoint a, PicturePoint b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}

/// <summary>How a marker agrees with the plane.</summary>
/// <param name="Marker">The marker.</param>
/// <param name="SideMm">Mean of its sides by the plane's scale; of another printed size where it is far from the others'.</param>
public sealed record MarkerFit(Marker Marker, double SideMm);
