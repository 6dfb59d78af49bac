using CsCheck;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Tests.Imaging;

public sealed class PngTests
{
    private static readonly Gen<RgbImage> Images =
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from pixels in Gen.Byte.Array[width * height * 3]
        select new RgbImage(width, height, pixels);

    [Fact]
    public void What_is_written_is_read_back_by_a_decoder_that_is_not_ours()
    {
        Images.Sample(
            image =>
            {
                RgbImage read = ImageFile.Decode(ImageFile.Encode(image, ".png"), "picture");
                return read.Width == image.Width && read.Height == image.Height && read.Pixels.AsSpan().SequenceEqual(image.Pixels);
            },
            iter: 200);
    }
}
