using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Datasets;

public sealed class PictureFileTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(8, 1, (int)FindingKind.Grey)]
    [InlineData(16, 3, (int)FindingKind.SixteenBit)]
    [InlineData(16, 1, (int)FindingKind.SixteenBit, (int)FindingKind.Grey)]
    [InlineData(8, 4, (int)FindingKind.Alpha)]
    [InlineData(16, 4, (int)FindingKind.SixteenBit, (int)FindingKind.Alpha)]
    [InlineData(8, 3)]
    public void An_odd_picture_is_converted_and_counted(int bits, int channels, params int[] kinds)
    {
        double full = bits == 16 ? 65535 : 255;
        MatType type = MatType.MakeType(bits == 16 ? MatType.CV_16U : MatType.CV_8U, channels);
        List<Finding> findings = [];
        folder.WriteMat("a.png", new Mat(6, 9, type, new Scalar(full * 40 / 255, full * 80 / 255, full * 120 / 255, full)));

        RgbImage picture = PictureFile.Read(folder.In("a.png"), "a", findings).Image;

        Assert.Equal(kinds, findings.Select(finding => (int)finding.Kind));
        Assert.Equal((9, 6), (picture.Width, picture.Height));
        Assert.Equal(channels == 1 ? [40, 40, 40] : [120, 80, 40], picture.Pixels[..3]);
    }

    [Theory]
    [InlineData("a.tif")]
    [InlineData("a.bmp")]
    public void Other_formats_are_looked_at_once_decoded(string name)
    {
        List<Finding> findings = [];
        folder.WriteMat(name, new Mat(6, 9, MatType.CV_8UC1, new Scalar(40)));

        Assert.Equal([40, 40, 40], PictureFile.Read(folder.In(name), "a", findings).Image.Pixels[..3]);
        Assert.All(findings, finding => Assert.Equal(FindingKind.Grey, finding.Kind));
    }

    [Fact]
    public void A_CMYK_picture_of_Adobes_kind_is_converted_and_counted()
    {
        // No cyan, half of magenta, all yellow, a fifth of black; 255 is no ink.
        JpegWriter.WriteFlatCmyk(folder.In("a.jpg"), 16, [255, 128, 0, 204], adobe: true);
        List<Finding> findings = [];

        RgbImage picture = PictureFile.Read(folder.In("a.jpg"), "a", findings).Image;

        Assert.Equal(FindingKind.Cmyk, Assert.Single(findings).Kind);
        Assert.InRange(picture.Pixels[0], 202, 206);
        Assert.InRange(picture.Pixels[1], 100, 104);
        Assert.InRange(picture.Pixels[2], 0, 2);
    }

    [Fact]
    public void A_CMYK_picture_that_does_not_say_what_no_ink_is_is_refused()
    {
        JpegWriter.WriteFlatCmyk(folder.In("a.jpg"), 16, [255, 128, 0, 204], adobe: false);

        Assert.Contains("CMYK", Assert.Throws<ImageFileException>(() => PictureFile.Read(folder.In("a.jpg"), "a", [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.png", .5)]
    [InlineData("a.png", .99)]
    [InlineData("a.jpg", .5)]
    [InlineData("a.jpg", .99)]
    [InlineData("a.tif", .1)]
    [InlineData("a.png", 0)]
    public void A_picture_that_is_cut_off_is_no_picture(string name, double share)
    {
        string path = folder.In(name);
        ImageFile.Write(path, DataFolder.Picture());
        byte[] file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, file[..(int)(file.Length * share)]);

        Assert.Contains(path, Assert.Throws<ImageFileException>(() => PictureFile.Read(path, "a", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photograph_that_is_cut_off_is_none_even_if_its_small_picture_is_whole()
    {
        ImageFile.Write(folder.In("a.jpg"), DataFolder.Picture());
        JpegWriter.CutOffBehindThumbnail(folder.In("a.jpg"));

        Assert.Contains("cut off", Assert.Throws<ImageFileException>(() => PictureFile.Read(folder.In("a.jpg"), "a", [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jpg", 1)]
    [InlineData("a.jpg", 2)]
    [InlineData("a.jpg", 3)]
    [InlineData("a.jpg", 4)]
    [InlineData("a.jpg", 5)]
    [InlineData("a.jpg", 6)]
    [InlineData("a.jpg", 7)]
    [InlineData("a.jpg", 8)]
    [InlineData("a.png", 3)]
    [InlineData("a.png", 6)]
    [InlineData("a.tif", 3)]
    [InlineData("a.tif", 6)]
    [InlineData("a16.tif", 6)]
    public void Every_picture_is_upright_whatever_its_orientation(string name, int orientation)
    {
        // Top left red, top right green, bottom left blue, bottom right white; the file has it as the camera lay.
        string path = folder.In(name);
        OrientedPicture.Write(path, orientation, 16, 24);
        List<Finding> findings = [];

        RgbImage picture = PictureFile.Read(path, "a", findings).Image;

        Assert.Equal((16, 24), (picture.Width, picture.Height));
        Assert.Equal("RGBW", string.Concat(new[] { (3, 4), (12, 4), (3, 19), (12, 19) }.Select(place => OrientedPicture.ColourAt(picture, place.Item1, place.Item2))));
        Assert.Equal(orientation == 1 ? 0 : 1, findings.Count(finding => finding.Kind == FindingKind.Turned));
        Assert.Equal(picture.Pixels, ImageFile.Read(path).Pixels);
    }

    [Fact]
    public void Fill_bytes_before_a_marker_are_passed_over()
    {
        ImageFile.Write(folder.In("a.jpg"), DataFolder.Picture());
        byte[] file = File.ReadAllBytes(folder.In("a.jpg"));
        File.WriteAllBytes(folder.In("b.jpg"), [.. file[..2], 0xff, 0xff, 0xff, .. file[2..]]);

        Assert.Equal(PictureFile.Read(folder.In("a.jpg"), "a", []).Image.Pixels, PictureFile.Read(folder.In("b.jpg"), "b", []).Image.Pixels);
    }

    [Theory]
    [InlineData(1023, "10 bits")]
    [InlineData(4095, "12 bits")]
    [InlineData(16383, "14 bits")]
    [InlineData(200, "8 bits")]
    public void Values_of_fewer_bits_than_their_file_has_are_scaled_by_their_highest(int highest, string reported)
    {
        Mat mat = new(6, 9, MatType.CV_16UC1, new Scalar(highest / 2));
        mat.Set(0, 0, (ushort)highest);
        folder.WriteMat("a.png", mat);
        List<Finding> findings = [];

        RgbImage picture = PictureFile.Read(folder.In("a.png"), "a", findings).Image;

        Assert.InRange(picture.Pixels[0], highest == 200 ? 200 : 254, 255);
        Assert.InRange(picture.Pixels[^1], highest == 200 ? 100 : 126, 128);
        Assert.Contains(reported, Assert.Single(findings, finding => finding.Kind == FindingKind.SixteenBit).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 127, "0 to 1")]
    [InlineData(-2, 6, 127, "-2 to 6")]
    public void Floating_point_pictures_are_spread_over_a_stated_scale(double low, double high, int middle, string reported)
    {
        Mat mat = new(6, 9, MatType.CV_32FC1, new Scalar((low + high) / 2));
        mat.Set(0, 0, (float)low);
        mat.Set(0, 1, (float)high);
        folder.WriteMat("a.tif", mat);
        List<Finding> findings = [];

        RgbImage picture = PictureFile.Read(folder.In("a.tif"), "a", findings).Image;

        Assert.Equal((0, 255), (picture.Pixels[0], picture.Pixels[3]));
        Assert.InRange(picture.Pixels[^1], middle, middle + 1);
        Assert.Contains(reported, Assert.Single(findings, finding => finding.Kind == FindingKind.FloatingPoint).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_a_stack_is_read_by_its_number_and_it_is_reported()
    {
        Mat[] pages = [.. Enumerable.Range(1, 3).Select(page => new Mat(6, 9, MatType.CV_8UC1, new Scalar(page * 50)))];
        Cv2.ImWrite(folder.In("a.tif"), pages);
        List<Finding> findings = [];

        Assert.Equal([50, 100, 150], Enumerable.Range(1, 3).Select(page => (int)PictureFile.Read(folder.In("a.tif"), "a", findings, page).Image.Pixels[0]));
        Assert.Equal("page 2 of 3", findings.Where(finding => finding.Kind == FindingKind.SeveralPages).ElementAt(1).Text);
        Assert.Contains("choose one from 1 to 3", Assert.Throws<ImageFileException>(() => PictureFile.Read(folder.In("a.tif"), "a", [], 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_called_a_picture_is_none()
    {
        File.WriteAllText(folder.In("a.png"), "Not Found");

        Assert.Throws<ImageFileException>(() => PictureFile.Read(folder.In("a.png"), "a", []));
    }
}
