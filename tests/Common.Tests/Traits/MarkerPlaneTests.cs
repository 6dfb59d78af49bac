using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using OpenCvSharp;

namespace LeafSeg.Common.Tests.Traits;

public sealed class MarkerPlaneTests
{
    /// <summary>A white bench of 400x300 px at 0.5 mm a pixel with markers of 30 mm (60 px, as printed) on it.</summary>
    private static readonly (int Id, int X, int Y, int Side)[] Bench = [(0, 20, 20, 60), (1, 320, 30, 60), (2, 30, 220, 60), (3, 310, 210, 60)];

    [Fact]
    public void Markers_of_known_size_give_the_scale_of_a_camera_that_looks_straight_down()
    {
        IReadOnlyList<Marker> markers = ArucoMarkers.Find(Draw(Bench));
        Assert.Equal([0, 1, 2, 3], markers.Select(marker => marker.Id));
        Assert.InRange(MarkerPlane.Fit(markers, 30).Scale.MmPerPxAt(200, 150), 0.5 * 0.99, 0.5 * 1.01);

        // One marker at 50,50: in the middle of the picture, and in the corner farthest from it.
        PictureScale ofOne = MarkerPlane.Fit([markers[0]], 30).Scale;
        Assert.InRange(ofOne.MmPerPxAt(200, 150), 0.5 * 0.98, 0.5 * 1.02);
        Assert.InRange(ofOne.MmPerPxAt(399, 299), 0.5 * 0.95, 0.5 * 1.05);
    }

    [Fact]
    public void A_tilted_camera_measures_a_rectangle_right_wherever_it_lies()
    {
        Point2f[] corners = [new(0, 0), new(400, 0), new(400, 300), new(0, 300)];
        Point2f[] seen = [new(120, 40), new(690, 90), new(780, 590), new(40, 520)];
        using Mat tilt = Cv2.GetPerspectiveTransform(corners, seen);
        PictureScale scale = MarkerPlane.Fit(ArucoMarkers.Find(Seen(Draw(Bench), tilt)), 30).Scale;

        // 60 x 40 mm on the bench, near and far.
        foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(100, 20), (200, 200), (160, 120)])
        {
            PlantTraits plant = PlantTraits.Measure(SeenLeaf(x, y, 120, 80, tilt), scale);
            Assert.InRange(plant.ProjectedLeafAreaMm2!.Value, 2400 * 0.99, 2400 * 1.01);
            Assert.InRange(plant.DiameterMm!.Value, 72.11 * 0.99, 72.11 * 1.01);
        }
    }

    [Fact]
    public void A_marker_of_a_wrong_size_stands_out_among_the_others()
    {
        (int Id, int X, int Y, int Side)[] bench = [.. Bench[..3], (3, 310, 210, 72)];
        MarkerPlane plane = MarkerPlane.Fit(ArucoMarkers.Find(Draw(bench)), 30);
        Assert.Equal(3, plane.Markers.MaxBy(fit => Math.Abs(fit.SideMm - 30))!.Marker.Id);
        Assert.InRange(plane.Markers.Max(fit => Math.Abs(fit.SideMm - 30)), 1.5, 10);
        Assert.All(MarkerPlane.Fit(ArucoMarkers.Find(Draw(Bench)), 30).Markers, fit => Assert.InRange(fit.SideMm, 29.5, 30.5));
    }

    [Fact]
    public void A_picture_without_markers_has_none() => Assert.Empty(ArucoMarkers.Find(Draw([])));

    [Fact]
    public void A_homography_and_its_inverse_lead_back()
    {
        PictureScale scale = PictureScale.Plane([0.2, 0.01, 3, -0.02, 0.25, 4, 0.0001, -0.0002, 1]);
        PicturePoint there = scale.ToMm(300, 200);
        PicturePoint back = scale.Inverse().ToMm(there.X, there.Y);
        Assert.Equal((300, 200), (Math.Round(back.X, 6), Math.Round(back.Y, 6)));

        // The determinant is what a small square becomes.
        PicturePoint[] square = [scale.ToMm(300, 200), scale.ToMm(300.01, 200), scale.ToMm(300, 200.01)];
        double area = ((square[1].X - square[0].X) * (square[2].Y - square[0].Y)) - ((square[1].Y - square[0].Y) * (square[2].X - square[0].X));
        Assert.Equal(1, Math.Abs(area) / 1e-4 / scale.Mm2At(300, 200), 3);
        Assert.Throws<ArgumentException>(() => PictureScale.Plane(new double[9]));
    }

    private static RgbImage Draw((int Id, int X, int Y, int Side)[] markers)
    {
        RgbImage bench = new(400, 300);
        Array.Fill(bench.Pixels, (byte)235);
        foreach ((int id, int left, int top, int side) in markers)
        {
            bool[,] black = ArucoMarkers.BlackCells(id);
            int cell = side / ArucoMarkers.Cells;
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    if (black[y / cell, x / cell])
                    {
                        bench.Pixels.AsSpan(bench.IndexOf(left + x, top + y), 3).Fill(20);
                    }
                }
            }
        }

        return bench;
    }

    private static RgbImage Seen(RgbImage bench, Mat tilt)
    {
        using Mat flat = ImageFile.ToBgr(bench);
        using Mat seen = new();
        Cv2.WarpPerspective(flat, seen, tilt, new Size(800, 640), InterpolationFlags.Linear, BorderTypes.Constant, new Scalar(235, 235, 235));
        return ImageFile.FromBgr(seen);
    }

    /// <summary>Pixels whose centre the rectangle covers on the bench.</summary>
    private static LabelMap SeenLeaf(int left, int top, int width, int height, Mat tilt)
    {
        PictureScale back = PictureScale.Plane([.. Enumerable.Range(0, 9).Select(i => tilt.At<double>(i / 3, i % 3))]).Inverse();
        LabelMap map = new(800, 640);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                PicturePoint bench = back.ToMm(x, y);
                map[x, y] = (ushort)(bench.X >= left && bench.X <= left + width && bench.Y >= top && bench.Y <= top + height ? 1 : 0);
            }
        }

        return map;
    }
}
