using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class FrameQualityTests
{
    [Fact]
    public void A_picture_loses_sharpness_with_every_blur()
    {
        RgbImage picture = Noise(96, 64);
        double before = FrameQuality.Measure(picture).Sharpness;
        Assert.InRange(before, 0.5, 1);
        for (int blur = 0; blur < 3; blur++)
        {
            picture = Blurred(picture);
            double after = FrameQuality.Measure(picture).Sharpness;
            Assert.InRange(after, 0, before - 0.02);
            before = after;
        }
    }

    [Fact]
    public void Blur_in_one_direction_is_seen_whichever_it_is()
    {
        RgbImage sharp = Noise(64, 64);
        RgbImage moved = Blurred(sharp, radiusX: 3, radiusY: 0);
        double along = FrameQuality.Measure(moved).Sharpness;
        Assert.InRange(along, 0, FrameQuality.Measure(sharp).Sharpness - 0.1);
        Assert.Equal(along, FrameQuality.Measure(Transposed(moved)).Sharpness, 12);
    }

    [Fact]
    public void One_colour_has_no_sharpness()
    {
        FrameQuality grey = FrameQuality.Measure(Flat(100));
        Assert.Equal((0, 0, 0), (grey.Sharpness, grey.Saturated, grey.Dark));
    }

    [Fact]
    public void White_and_black_pixels_are_counted()
    {
        RgbImage picture = Flat(100);
        for (int i = 0; i < 10; i++)
        {
            picture.Pixels[3 * i] = 255;
        }

        picture.Pixels.AsSpan(240, 60).Clear();
        FrameQuality quality = FrameQuality.Measure(picture);
        Assert.Equal((0.1, 0.2), (quality.Saturated, quality.Dark));
    }

    private static RgbImage Flat(byte level)
    {
        RgbImage picture = new(10, 10);
        Array.Fill(picture.Pixels, level);
        return picture;
    }

    private static RgbImage Noise(int width, int height)
    {
        RgbImage picture = new(width, height);
        new Random(5).NextBytes(picture.Pixels);
        return picture;
    }

    private static RgbImage Blurred(RgbImage picture, int radiusX = 1, int radiusY = 1)
    {
        RgbImage blurred = new(picture.Width, picture.Height);
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    int sum = 0;
                    for (int dy = -radiusY; dy <= radiusY; dy++)
                    {
                        for (int dx = -radiusX; dx <= radiusX; dx++)
                        {
                            sum += picture.Pixels[picture.IndexOf(Math.Clamp(x + dx, 0, picture.Width - 1), Math.Clamp(y + dy, 0, picture.Height - 1)) + c];
                        }
                    }

                    blurred.Pixels[blurred.IndexOf(x, y) + c] = (byte)(sum / ((2 * radiusX + 1) * (2 * radiusY + 1)));
                }
            }
        }

        return blurred;
    }

    private static RgbImage Transposed(RgbImage picture)
    {
        RgbImage turned = new(picture.Height, picture.Width);
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                picture.Pixels.AsSpan(picture.IndexOf(x, y), 3).CopyTo(turned.Pixels.AsSpan(turned.IndexOf(y, x), 3));
            }
        }

        return turned;
    }
}
