using CsCheck;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Tests.Imaging;

public class LetterboxTests
{
    [Fact]
    public void A_box_taken_there_and_back_does_not_move() =>
        Gen.Select(Gen.Int[1, 4000], Gen.Int[1, 4000], Gen.Float[0, 1], Gen.Float[0, 1]).Sample((width, height, x, y) =>
        {
            Letterbox letterbox = Letterbox.Fit(width, height, 384);
            Box box = new(x * width / 2, y * height / 2, (x + 1) * width / 2, (y + 1) * height / 2);

            Box back = letterbox.ToSource(letterbox.ToLetterbox(box));

            Assert.Equal(box.X1, back.X1, 0.01f);
            Assert.Equal(box.Y2, back.Y2, 0.01f);
        });

    [Fact]
    public void The_whole_picture_fills_the_square_along_its_longer_side() =>
        Gen.Select(Gen.Int[1, 4000], Gen.Int[1, 4000], Gen.Int[1, 1024]).Sample((width, height, size) =>
        {
            Letterbox letterbox = Letterbox.Fit(width, height, size);

            Assert.Equal(size, Math.Max(letterbox.Width, letterbox.Height));
            Assert.InRange(Math.Min(letterbox.Width, letterbox.Height), 1, size);
            Box whole = letterbox.ToLetterbox(new Box(0, 0, width, height));
            Assert.Equal(letterbox.Width, whole.X2, 0.01f);
            Assert.Equal(letterbox.Height, whole.Y2, 0.01f);
        });

    [Fact]
    public void A_tight_input_holds_the_scaled_picture_and_less_than_one_multiple_more() =>
        Gen.Select(Gen.Int[1, 4000], Gen.Int[1, 4000], Gen.Int[1, 32]).Sample((width, height, multiples) =>
        {
            Letterbox letterbox = Letterbox.FitTightly(width, height, 32 * multiples, multiple: 32);

            Assert.Equal(32 * multiples, Math.Max(letterbox.Width, letterbox.Height));
            foreach ((int input, int scaled) in new[] { (letterbox.InputWidth, letterbox.Width), (letterbox.InputHeight, letterbox.Height) })
            {
                Assert.Equal(0, input % 32);
                Assert.InRange(input - scaled, 0, 31);
            }

            Letterbox square = Letterbox.Fit(width, height, 32 * multiples);
            Assert.Equal((square.Width, square.Height), (letterbox.Width, letterbox.Height));
        });

    [Theory]
    [InlineData(50, 40, 100)]
    [InlineData(200, 120, 64)]
    public void Colours_keep_their_place_and_the_rest_is_grey(int width, int height, int size)
    {
        // Left half red, right half blue: the border stays in the middle to within a pixel.
        RgbImage picture = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                picture.Pixels[picture.IndexOf(x, y) + (x < width / 2 ? 0 : 2)] = 255;
            }
        }

        Letterbox letterbox = Letterbox.Fit(width, height, size);
        RgbImage square = letterbox.Apply(picture);

        int middle = letterbox.Width / 2;
        Assert.Equal([255, 0, 0], Pixel(square, middle - 2, 0));
        Assert.Equal([0, 0, 255], Pixel(square, middle + 1, letterbox.Height - 1));
        Assert.Equal([Letterbox.Fill, Letterbox.Fill, Letterbox.Fill], Pixel(square, 0, letterbox.Height));
    }

    private static byte[] Pixel(RgbImage image, int x, int y) => [.. image.Pixels.AsSpan(image.IndexOf(x, y), 3)];
}
