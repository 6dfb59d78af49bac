using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using OpenCvSharp;

namespace LeafSeg.Common.Tests.Traits;

/// <summary>How right the scale of markers is: printed as <c>calibrate</c> prints them, seen from above, turned, moved by parts of a pixel, blurred.</summary>
public sealed class MarkerScaleTests(ITestOutputHelper output)
{
    private const int Supersampling = 8;
    private const int Places = 12;

    /// <summary>Side in pixels, blur (sigma in pixels), and the most that the mean area may be off, in percent.</summary>
    [Theory]
    [InlineData(30, 0, 0.4)]
    [InlineData(30, 0.8, 0.4)]
    [InlineData(40, 0, 0.4)]
    [InlineData(40, 0.8, 0.4)]
    [InlineData(60, 0, 0.4)]
    [InlineData(60, 0.8, 0.4)]
    [InlineData(90, 0, 0.4)]
    [InlineData(90, 0.8, 0.4)]
    [InlineData(40, 1.2, 0.4)]
    public void The_area_by_markers_is_right(int side, double blur, double most)
    {
        Random random = new(7);
        List<double> errors = [];
        List<double> offsets = [];
        for (int place = 0; place < Places; place++)
        {
            double angle = random.NextDouble() * 2 * Math.PI;
            PicturePoint middle = new(100 + random.NextDouble(), 100 + random.NextDouble());
            Marker marker = Assert.Single(ArucoMarkers.Find(Seen(place, side, angle, middle, blur)));
            double mm2 = MarkerPlane.Fit([marker], side).Scale.Mm2At(100, 100);
            errors.Add(100 * (mm2 - 1));
            offsets.Add(Math.Max(Math.Abs(marker.Corners.Average(c => c.X) - middle.X), Math.Abs(marker.Corners.Average(c => c.Y) - middle.Y)));
        }

        string row = string.Create(CultureInfo.InvariantCulture,
            $"{side,3} px, blur {blur:0.0}: area {errors.Average():+0.00;-0.00} % ({errors.Min():+0.00;-0.00} to {errors.Max():+0.00;-0.00}), middle off by {offsets.Max():0.000} px");
        output.WriteLine(row);
        Assert.True(errors.All(e => Math.Abs(e) <= most), row);
        Assert.True(offsets.Max() < 0.05, row);
    }

    /// <summary>A marker of 60 px whose corners are right to .1 px, and a plant 700 px away from it.</summary>
    [Fact]
    public void A_single_marker_says_the_same_far_away()
    {
        Random random = new(3);
        double Noise() => 0.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] errors = [.. Enumerable.Range(0, 1000).Select(_ =>
        {
            PicturePoint[] corners = [.. new (int X, int Y)[] { (0, 0), (60, 0), (60, 60), (0, 60) }.Select(c => new PicturePoint(c.X + Noise(), c.Y + Noise()))];
            return Math.Abs(MarkerPlane.Fit([new Marker(0, corners)], 30).Scale.Mm2At(700, 30) - 0.25) / 0.25;
        }).Order()];
        Assert.InRange(errors[500], 0, 0.004);
        Assert.InRange(errors[900], 0, 0.008);
    }

    /// <summary>Soil on a corner and on an edge, as on a bench.</summary>
    [Fact]
    public void A_dirty_edge_moves_the_scale_by_little()
    {
        RgbImage picture = Seen(5, 60, 0.3, new PicturePoint(100.3, 100.6), 0.8);
        using Mat bgr = ImageFile.ToBgr(picture);
        Cv2.Circle(bgr, new Point(100, 69), 3, new Scalar(40, 60, 80), -1);
        Cv2.Circle(bgr, new Point(128, 109), 2, new Scalar(40, 60, 80), -1);
        Marker marker = Assert.Single(ArucoMarkers.Find(ImageFile.FromBgr(bgr)));
        Assert.InRange(MarkerPlane.Fit([marker], 60).Scale.Mm2At(100, 100), 0.99, 1.01);
    }

    /// <summary>Grey sums over the pixel, as a sensor has them; pixel centres at whole numbers.</summary>
    private static RgbImage Seen(int id, int side, double angle, PicturePoint middle, double blur)
    {
        const int Size = 200;
        bool[,] black = ArucoMarkers.BlackCells(id);
        RgbImage picture = new(Size, Size);
        (double cos, double sin) = (Math.Cos(angle), Math.Sin(angle));
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                int dark = 0;
                for (int s = 0; s < Supersampling * Supersampling; s++)
                {
                    double dx = x - 0.5 + (((s % Supersampling) + 0.5) / Supersampling) - middle.X;
                    double dy = y - 0.5 + (((s / Supersampling) + 0.5) / Supersampling) - middle.Y;
                    int column = (int)Math.Floor((((cos * dx) + (sin * dy)) / side * ArucoMarkers.Cells) + (ArucoMarkers.Cells / 2.0));
                    int row = (int)Math.Floor((((cos * dy) - (sin * dx)) / side * ArucoMarkers.Cells) + (ArucoMarkers.Cells / 2.0));
                    if (column is >= 0 and < ArucoMarkers.Cells && row is >= 0 and < ArucoMarkers.Cells && black[row, column])
                    {
                        dark++;
                    }
                }

                picture.Pixels.AsSpan(picture.IndexOf(x, y), 3).Fill((byte)(235 - (215.0 * dark / (Supersampling * Supersampling))));
            }
        }

        if (blur == 0)
        {
            return picture;
        }

        using Mat sharp = ImageFile.ToBgr(picture);
        using Mat blurred = new();
        Cv2.GaussianBlur(sharp, blurred, default, blur);
        return ImageFile.FromBgr(blurred);
    }
}
