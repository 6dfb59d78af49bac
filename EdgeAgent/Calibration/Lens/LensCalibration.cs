using System.Globalization;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration.Lens;

/// <summary>Measures a lens from pictures of one chessboard in several places and at several tilts.</summary>
internal static class LensCalibration
{
    public const int LeastViews = 6;

    /// <summary>The picture is looked at in so many parts a side, of which the board must have been in nearly all.</summary>
    private const int Parts = 3;
    private const int LeastParts = 7;

    /// <summary>Between the two views that differ most.</summary>
    private const double LeastTiltDegrees = 15;

    private const double LargestErrorPx = 1;

    /// <param name="board">What was printed.</param>
    /// <param name="views">Its corners in each picture (<see cref="Chessboard.Find"/>).</param>
    /// <param name="width">Of each picture, in pixels.</param>
    /// <param name="height">Of each picture, in pixels.</param>
    /// <param name="errors">Of each view: root mean square distance of its corners, in pixels.</param>
    /// <exception cref="InvalidDataException">The views do not show enough; the message states of what.</exception>
    public static CameraLens Fit(Chessboard board, IReadOnlyList<Point2f[]> views, int width, int height, out IReadOnlyList<double> errors)
    {
        if (views.Count < LeastViews)
        {
            throw new InvalidDataException($"found the board in {views.Count} pictures, expected {LeastViews} or more (15 are good)");
        }

        Point3f[] flat = board.OnBoard();
        double[,] camera = new double[3, 3];
        double[] distortion = new double[5];
        double error = Cv2.CalibrateCamera(
            views.Select(_ => flat), views, new Size(width, height), camera, distortion, out Vec3d[] turns, out Vec3d[] shifts, CalibrationFlags.None,
            new TermCriteria(CriteriaTypes.Count | CriteriaTypes.Eps, 100, 1e-9));
        double tilt = LargestTilt(turns);
        if (tilt < LeastTiltDegrees)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"found all views from nearly one direction ({tilt:0} degrees apart), expected {LeastTiltDegrees:0} or more; tilt the board by about 30 degrees to the left, to the right, away and near"));
        }

        int parts = PartsSeen(views, width, height);
        if (parts < LeastParts)
        {
            throw new InvalidDataException($"found the board in {parts} of the picture's {Parts * Parts} parts, expected {LeastParts} or more; move it to the edges and corners too, where a lens distorts most");
        }

        if (!(error <= LargestErrorPx))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"found corners {error:0.0} px off what a lens can do, expected at most {LargestErrorPx:0} px; keep the board flat, hold it still, and use no fisheye lens"));
        }

        errors = [.. views.Select((corners, i) => ErrorOf(flat, corners, turns[i], shifts[i], camera, distortion))];
        using Mat from = Mat.FromPixelData(3, 3, MatType.CV_64FC1, camera.Cast<double>().ToArray());
        using Mat by = Mat.FromPixelData(1, 5, MatType.CV_64FC1, distortion);
        using Mat corrected = Cv2.GetOptimalNewCameraMatrix(from, by, new Size(width, height), 0, new Size(width, height), out _);
        corrected.GetArray(out double[] correctedMatrix);
        CameraLens lens = new()
        {
            Width = width,
            Height = height,
            CameraMatrix = [.. camera.Cast<double>()],
            Distortion = distortion,
            CorrectedMatrix = correctedMatrix,
            ErrorPx = error,
            Views = views.Count,
        };
        return lens.IsSound ? lens : throw new InvalidDataException("found views that no lens explains, expected pictures of one flat board by one camera");
    }

    /// <summary>How far a lens moves the pixels, in pixels: in the middle of an edge and in a corner, the most that it does.</summary>
    public static double LargestShift(CameraLens lens)
    {
        (double fx, double fy, double cx, double cy) = (lens.CameraMatrix[0], lens.CameraMatrix[4], lens.CameraMatrix[2], lens.CameraMatrix[5]);
        (double k1, double k2, double p1, double p2, double k3) = (lens.Distortion[0], lens.Distortion[1], lens.Distortion[2], lens.Distortion[3], lens.Distortion[4]);
        return new[] { (0, 0), (lens.Width, 0), (0, lens.Height), (lens.Width, lens.Height), (lens.Width / 2, 0), (0, lens.Height / 2) }.Max(p =>
        {
            (double x, double y) = ((p.Item1 - cx) / fx, (p.Item2 - cy) / fy);
            double r2 = (x * x) + (y * y);
            double radial = (k1 * r2) + (k2 * r2 * r2) + (k3 * r2 * r2 * r2);
            double dx = (x * radial) + (2 * p1 * x * y) + (p2 * (r2 + (2 * x * x)));
            double dy = (y * radial) + (p1 * (r2 + (2 * y * y))) + (2 * p2 * x * y);
            return Math.Sqrt((dx * dx * fx * fx) + (dy * dy * fy * fy));
        });
    }

    private static double LargestTilt(Vec3d[] turns)
    {
        double[][] normals = [.. turns.Select(turn =>
        {
            Cv2.Rodrigues([turn.Item0, turn.Item1, turn.Item2], out double[,] matrix, out _);
            return new[] { matrix[0, 2], matrix[1, 2], matrix[2, 2] };
        })];
        double least = normals.Min(a => normals.Min(b => Math.Abs((a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]))));
        return Math.Acos(Math.Min(1, least)) * 180 / Math.PI;
    }

    private static int PartsSeen(IReadOnlyList<Point2f[]> views, int width, int height) => views
        .SelectMany(corners => corners)
        .Select(corner => ((int)(corner.X * Parts / width), (int)(corner.Y * Parts / height)))
        .Distinct().Count();

    private static double ErrorOf(Point3f[] flat, Point2f[] corners, Vec3d turn, Vec3d shift, double[,] camera, double[] distortion)
    {
        Cv2.ProjectPoints(flat, [turn.Item0, turn.Item1, turn.Item2], [shift.Item0, shift.Item1, shift.Item2], camera, distortion, out Point2f[] projected, out _);
        return Math.Sqrt(corners.Zip(projected, (a, b) => Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2)).Average());
    }
}
