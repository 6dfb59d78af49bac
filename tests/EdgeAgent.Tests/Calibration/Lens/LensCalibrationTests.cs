using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Calibration.Lens;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Tests.Calibration.Lens;

/// <summary>A lens that is known, and what the calibration makes of rendered pictures through it.</summary>
public sealed class LensCalibrationTests(LensCalibrationTests.Pictures pictures) : IClassFixture<LensCalibrationTests.Pictures>
{
    [Fact]
    public void Every_view_shows_the_board() => Assert.All(pictures.Corners, Assert.NotNull);

    /// <summary>The corrected picture has straight lines: a plane bench in it has one scale, whatever its place.</summary>
    [Fact]
    public void The_known_distortion_is_taken_out_to_half_a_pixel_in_the_farthest_corner()
    {
        CameraLens found = Fit(pictures.Corners);
        Point2d[] pixels = [.. Enumerable.Range(0, 9).SelectMany(y => Enumerable.Range(0, 13).Select(x => new Point2d(x * 639 / 12.0, y * 479 / 8.0)))];
        Point2d[] right = BoardViews.Undistorted(BoardViews.Wide, pixels);
        Point2d[] recovered = BoardViews.Undistorted(found, pixels);
        double focal = BoardViews.Wide.CameraMatrix[0];

        // What is left after the best homography would bend lines and change areas with their place.
        using Mat homography = Cv2.FindHomography(recovered, right);
        Point2d[] fitted = [.. recovered.Select(p => Through(homography, p))];
        double[] left = [.. fitted.Zip(right, (a, b) => focal * a.DistanceTo(b))];
        double shift = LensCalibration.LargestShift(BoardViews.Wide);
        Assert.True(shift > 50, $"the lens moves pixels by {shift} only");
        Assert.True(left.Max() < 0.5, $"up to {left.Max():0.000} px are left of {shift:0.0}");
        Assert.True(left.Order().ElementAt(left.Length / 2) < 0.05, "the median is more than a twentieth of a pixel");
        Assert.True(found.ErrorPx < 0.2, $"corners are {found.ErrorPx:0.000} px off");
        Assert.Equal(15, found.Views);
    }

    [Fact]
    public void A_board_in_a_corrected_picture_is_plane()
    {
        using LensCorrection correction = new(Fit(pictures.Corners));
        double before = Bent(pictures.Images[9]), after = Bent(correction.Apply(pictures.Images[9]));
        Assert.True(before > 1 && after < 0.35, $"corners are {before:0.00} px off a plane before, and {after:0.00} px after");

        static double Bent(RgbImage picture)
        {
            Point2d[] seen = [.. BoardViews.Board.Find(picture)!.Select(p => new Point2d(p.X, p.Y))];
            Point2d[] board = [.. BoardViews.Board.OnBoard().Select(p => new Point2d(p.X, p.Y))];
            using Mat homography = Cv2.FindHomography(board, seen);
            return board.Zip(seen, (b, s) => Through(homography, b).DistanceTo(s)).Max();
        }
    }

    [Fact]
    public void A_corner_lies_between_the_pixels_that_it_parts()
    {
        RgbImage flat = new(320, 420);
        Array.Fill(flat.Pixels, (byte)220);
        foreach ((int column, int row) in Enumerable.Range(0, 70).Select(i => (i % 7, i / 7)).Where(at => (at.Item1 + at.Item2) % 2 == 0))
        {
            for (int y = 0; y < 36; y++)
            {
                flat.Pixels.AsSpan(flat.IndexOf(30 + (column * 36), 30 + (row * 36) + y), 36 * 3).Fill(30);
            }
        }

        Point2f[] corners = BoardViews.Board.Find(flat)!;
        Assert.Contains(corners, corner => corner.DistanceTo(new Point2f(65.5f, 65.5f)) < 0.05);
        Assert.All(corners, corner => Assert.Equal(0.5, corner.X - Math.Floor(corner.X), 0.05));
    }

    [Fact]
    public void Too_few_views_are_refused() => Refused("found the board in 5 pictures, expected 6 or more", pictures.Corners[..5]);

    [Fact]
    public void Views_from_one_pose_are_refused() => Refused("found all views from nearly one direction", [.. Enumerable.Repeat(pictures.Corners[0], 8)]);

    [Fact]
    public void Views_that_never_reach_the_edges_are_refused()
    {
        Point2f[] Small(Point2f[] corners) => [.. corners.Select(p => new Point2f(320 + ((p.X - 320) / 4), 240 + ((p.Y - 240) / 4)))];
        Refused("parts, expected 7 or more", [.. pictures.Corners.Select(Small)]);
    }

    [Fact]
    public void Corners_of_a_bent_board_are_refused()
    {
        Random random = new(3);
        Refused("px off what a lens can do", [.. pictures.Corners.Select(view => view.Select(p => new Point2f(p.X + random.Next(-4, 5), p.Y + random.Next(-4, 5))).ToArray())]);
    }

    [Fact]
    public void A_picture_without_the_board_or_with_a_part_of_it_has_none()
    {
        Assert.Null(BoardViews.Board.Find(new RgbImage(640, 480)));
        Assert.Null(BoardViews.Board.Find(new BoardViews(BoardViews.Wide).Render((0, 0, 8, 0, 13))));
    }

    private static CameraLens Fit(Point2f[][] views) => LensCalibration.Fit(BoardViews.Board, views, 640, 480, out _);

    private static void Refused(string expected, Point2f[][] views)
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Fit(views));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private static Point2d Through(Mat h, Point2d p)
    {
        double w = (h.At<double>(2, 0) * p.X) + (h.At<double>(2, 1) * p.Y) + h.At<double>(2, 2);
        return new Point2d(
            ((h.At<double>(0, 0) * p.X) + (h.At<double>(0, 1) * p.Y) + h.At<double>(0, 2)) / w,
            ((h.At<double>(1, 0) * p.X) + (h.At<double>(1, 1) * p.Y) + h.At<double>(1, 2)) / w);
    }

    /// <summary>Rendered once for all tests.</summary>
    public sealed class Pictures
    {
        public Pictures()
        {
            BoardViews views = new(BoardViews.Wide);
            Images = [.. BoardViews.Poses.Select(views.Render)];
            Corners = [.. Images.Select(picture => BoardViews.Board.Find(picture)!)];
        }

        internal RgbImage[] Images { get; }

        internal Point2f[][] Corners { get; }
    }
}
