using CsCheck;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Tests.Imaging;

/// <summary>What a machine without OpenCV's native library reads and resizes, beside OpenCV.</summary>
public sealed class WithoutOpenCvTests
{
    private static readonly Gen<RgbImage> Pictures = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[0, int.MaxValue]).Select((width, height, seed) =>
    {
        RgbImage picture = new(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    });

    [Fact]
    public void A_png_of_ours_is_read_to_the_last_pixel() => Pictures.Sample(picture =>
        Assert.Equal(picture.Pixels, PlainPng.TryDecode(ImageFile.Encode(picture, ".png"))!.Pixels));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_filter_of_png_is_undone(int strategy)
    {
        RgbImage picture = new(40, 30);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            picture.Pixels[i] = (byte)((i * i / 7) + (strategy * 11));
        }

        int[] filters = [8, 16, 32, 64, 128];
        using Mat bgr = ImageFile.ToBgr(picture);
        Cv2.ImEncode(".png", bgr, out byte[] png, new ImageEncodingParam((ImwriteFlags)19, filters[strategy]));
        Assert.Equal(picture.Pixels, PlainPng.TryDecode(png)!.Pixels);
    }

    [Fact]
    public void A_cut_or_another_file_is_left_to_openCv()
    {
        byte[] png = ImageFile.Encode(new RgbImage(20, 20), ".png");
        Assert.Null(PlainPng.TryDecode(png.AsSpan(0, 60)));
        Assert.Null(PlainPng.TryDecode(ImageFile.Encode(new RgbImage(20, 20), ".jpg")));
        Assert.Null(PlainPng.TryDecode([]));
    }

    [Fact]
    public void It_is_resized_as_openCv_does_it_within_one_level() => Gen.Select(Pictures, Gen.Int[1, 120], Gen.Int[1, 120]).Sample((picture, width, height) =>
    {
        bool mean = width < picture.Width && height < picture.Height;
        if (!mean && (width < picture.Width || height < picture.Height))
        {
            return;
        }

        RgbImage ours = new(width, height);
        Resampling.Resize(picture, ours, width, height, mean);
        RgbImage theirs = new(width, height);
        using Mat source = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, picture.Pixels);
        using Mat target = Mat.FromPixelData(height, width, MatType.CV_8UC3, theirs.Pixels);
        Cv2.Resize(source, target, new OpenCvSharp.Size(width, height), 0, 0, mean ? InterpolationFlags.Area : InterpolationFlags.Linear);
        Assert.All(ours.Pixels.Zip(theirs.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    });
}
