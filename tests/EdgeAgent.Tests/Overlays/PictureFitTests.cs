using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Overlays;

namespace LeafSeg.EdgeAgent.Tests.Overlays;

public sealed class PictureFitTests
{
    private static readonly byte[] Jpeg = ImageFile.Encode(Noise(600, 400), ".jpg");

    [Fact]
    public void A_picture_that_fits_is_sent_as_it_is() => Assert.Same(Jpeg, PictureFit.Into(Jpeg, Jpeg.Length));

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(40)]
    public void A_larger_one_is_made_smaller_in_shape_and_not_by_more_than_it_must(int times)
    {
        byte[] fit = PictureFit.Into(Jpeg, Jpeg.Length / times)!;
        Assert.InRange(fit.Length, Jpeg.Length / times / 3, Jpeg.Length / times);
        using OpenCvSharp.Mat seen = OpenCvSharp.Cv2.ImDecode(fit, OpenCvSharp.ImreadModes.Color);
        Assert.InRange(seen.Width / (double)seen.Height, 1.45, 1.55);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-200)]
    [InlineData(300)]
    public void Where_even_a_tiny_one_does_not_fit_there_is_none(long maxBytes) => Assert.Null(PictureFit.Into(Jpeg, maxBytes));

    private static RgbImage Noise(int width, int height)
    {
        RgbImage picture = new(width, height);
        new Random(3).NextBytes(picture.Pixels);
        return picture;
    }
}
