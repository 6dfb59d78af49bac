using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Calibration.Lens;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Tests.Calibration.Lens;

/// <summary>Pictures of a chessboard, rendered through a lens that is known.</summary>
internal sealed class BoardViews
{
    /// <summary>Rays a side of a pixel.</summary>
    private const int Rays = 3;

    private readonly Point2d[] rays;

    public BoardViews(CameraLens lens)
    {
        Lens = lens;
        rays = Undistorted(lens, [.. Enumerable.Range(0, lens.Height * Rays).SelectMany(y => Enumerable.Range(0, lens.Width * Rays)
            .Select(x => new Point2d(((x + 0.5) / Rays) - 0.5, ((y + 0.5) / Rays) - 0.5)))]);
    }

    public static Chessboard Board => Chessboard.Default;

    public CameraLens Lens { get; }

    /// <summary>A wide lens of a rig: barrel distortion of 30 px in the corners, and a sensor that is a little askew.</summary>
    public static CameraLens Wide { get; } = new()
    {
        Width = 640,
        Height = 480,
        CameraMatrix = [520, 0, 327, 0, 523, 236, 0, 0, 1],
        Distortion = [-0.28, 0.09, 0.0007, -0.0004, -0.012],
        CorrectedMatrix = [520, 0, 327, 0, 523, 236, 0, 0, 1],
        ErrorPx = 0,
        Views = 0,
    };

    /// <summary>Turns about x and y in degrees, and where the board's middle is: x, y and distance in squares.</summary>
    public static (double X, double Y, double AtX, double AtY, double Distance)[] Poses =>
    [
        (0, 0, 0, 0, 13), (30, 0, -4, -2, 15), (-30, 0, 4, -2, 15), (0, 30, -4, 2, 15), (0, -30, 4, 2, 15), (25, 25, 0, 0, 14), (-25, 25, -3, 0, 15),
        (25, -25, 3, 0, 15), (-20, -20, 0, 1, 13), (10, 0, -8.5, 4, 20), (10, 5, 8.5, -4, 20), (-10, 5, -8.5, -4, 20), (-10, -5, 8.5, 4, 20), (35, 10, 0, 2, 16), (5, 35, 0, -2, 16),
    ];

    public RgbImage Render((double X, double Y, double AtX, double AtY, double Distance) pose)
    {
        (double cx, double sx) = (Math.Cos(pose.X * Math.PI / 180), Math.Sin(pose.X * Math.PI / 180));
        (double cy, double sy) = (Math.Cos(pose.Y * Math.PI / 180), Math.Sin(pose.Y * Math.PI / 180));

        // The board's axes and middle, as the camera sees them.
        (double X, double Y, double Z) right = (cy, 0, -sy), down = (sx * sy, cx, sx * cy);
        (double X, double Y, double Z) normal = ((right.Y * down.Z) - (right.Z * down.Y), (right.Z * down.X) - (right.X * down.Z), (right.X * down.Y) - (right.Y * down.X));
        (double X, double Y, double Z) middle = (pose.AtX, pose.AtY, pose.Distance);
        double plane = (normal.X * middle.X) + (normal.Y * middle.Y) + (normal.Z * middle.Z);
        RgbImage picture = new(Lens.Width, Lens.Height);
        int[] sums = new int[Lens.Width * Lens.Height];
        for (int i = 0; i < rays.Length; i++)
        {
            (double x, double y) = (rays[i].X, rays[i].Y);
            double far = plane / ((normal.X * x) + (normal.Y * y) + normal.Z);
            (double X, double Y, double Z) at = ((x * far) - middle.X, (y * far) - middle.Y, far - middle.Z);
            double u = (at.X * right.X) + (at.Y * right.Y) + (at.Z * right.Z) + (Board.Columns / 2.0);
            double v = (at.X * down.X) + (at.Y * down.Y) + (at.Z * down.Z) + (Board.Rows / 2.0);
            bool isBlack = u >= 0 && v >= 0 && u < Board.Columns && v < Board.Rows && ((int)u + (int)v) % 2 == 0;
            int row = i / (Lens.Width * Rays) / Rays, column = i % (Lens.Width * Rays) / Rays;
            sums[(row * Lens.Width) + column] += isBlack ? 30 : 220;
        }

        for (int i = 0; i < sums.Length; i++)
        {
            picture.Pixels.AsSpan(i * 3, 3).Fill((byte)(sums[i] / (Rays * Rays)));
        }

        return picture;
    }

    /// <summary>Where pixels would lie in front of a camera of focal length 1 without distortion.</summary>
    public static Point2d[] Undistorted(CameraLens lens, Point2d[] pixels)
    {
        using Mat from = Mat.FromPixelData(pixels.Length, 1, MatType.CV_64FC2, pixels);
        using Mat camera = Mat.FromPixelData(3, 3, MatType.CV_64FC1, lens.CameraMatrix.ToArray());
        using Mat distortion = Mat.FromPixelData(1, 5, MatType.CV_64FC1, lens.Distortion.ToArray());
        using Mat to = new();
        using Mat none = new();
        Cv2.UndistortPointsIter(from, to, camera, distortion, none, none, new TermCriteria(CriteriaTypes.Count | CriteriaTypes.Eps, 50, 1e-12));
        to.GetArray(out Vec2d[] found);
        return [.. found.Select(v => new Point2d(v.Item0, v.Item1))];
    }
}
