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

        RgbImage picture = PictureFile.Read(folder.In("a.png"), "a", findings);

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

        Assert.Equal([40, 40, 40], PictureFile.Read(folder.In(name), "a", findings).Pixels[..3]);
        Assert.All(findings, finding => Assert.Equal(FindingKind.Grey, finding.Kind));
    }

    [Fact]
    public void A_CMYK_picture_of_Adobes_kind_is_converted_and_counted()
    {
        // No cyan, half of magenta, all yellow, a fifth of black; 255 is no ink.
        JpegWriter.WriteFlatCmyk(folder.In("a.jpg"), 16, [255, 128, 0, 204], adobe: true);
        List<Finding> findings = [];

        RgbImage picture = PictureFile.Read(folder.In("a.jpg"), "a", findings);

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

    [Fact]
    public void A_text_that_is_called_a_picture_is_none()
    {
        File.WriteAllText(folder.In("a.png"), "Not Found");

        Assert.Throws<ImageFileException>(() => PictureFile.Read(folder.In("a.png"), "a", []));
    }
}
