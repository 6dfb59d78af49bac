using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Tests.Imaging;

public sealed class OverlayTests
{
    private static readonly OverlayOptions Plain = new() { Numbers = false };

    [Fact]
    public void An_outline_lies_just_inside_the_leaf_and_is_two_pixels_wide()
    {
        RgbImage picture = Grey(40, 30);
        LabelMap leaves = Rectangle(40, 30, new Box(10, 8, 30, 22), 3);
        RgbImage drawn = Overlay.Draw(picture, leaves, Plain);
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 40; x++)
            {
                bool inLeaf = leaves[x, y] != 0;
                bool inside = x is >= 12 and < 28 && y is >= 10 and < 20;
                Assert.Equal(inLeaf && !inside ? Overlay.ColourOf(3) : (90, 90, 90), At(drawn, x, y));
            }
        }

        Assert.All(picture.Pixels, value => Assert.Equal(90, value));
    }

    [Fact]
    public void Leaves_that_touch_show_two_lines()
    {
        LabelMap leaves = Rectangle(40, 30, new Box(5, 5, 20, 25), 1);
        for (int y = 5; y < 25; y++)
        {
            for (int x = 20; x < 35; x++)
            {
                leaves[x, y] = 2;
            }
        }

        RgbImage drawn = Overlay.Draw(Grey(40, 30), leaves, Plain);
        Assert.Equal(
            [(90, 90, 90), Overlay.ColourOf(1), Overlay.ColourOf(1), Overlay.ColourOf(2), Overlay.ColourOf(2), (90, 90, 90)],
            Enumerable.Range(17, 6).Select(x => At(drawn, x, 15)));
    }

    [Fact]
    public void A_leaf_without_a_number_is_outlined_in_grey()
    {
        LabelMap leaves = Rectangle(40, 30, new Box(10, 8, 30, 22), 3);
        RgbImage drawn = Overlay.Draw(Grey(40, 30), leaves, new OverlayOptions { NumberOf = _ => null });
        Assert.Equal((190, 190, 190), At(drawn, 11, 15));
        Assert.Equal((90, 90, 90), At(drawn, 20, 15));
        Assert.Equal(Overlay.ColourOf(7), At(Overlay.Draw(Grey(40, 30), leaves, new OverlayOptions { NumberOf = _ => 7 }), 11, 15));
    }

    [Fact]
    public void A_fill_mixes_the_colour_in_and_stays_within_the_leaf()
    {
        LabelMap leaves = Rectangle(40, 30, new Box(10, 8, 30, 22), 1);
        RgbImage drawn = Overlay.Draw(Grey(40, 30), leaves, Plain with { Fill = 0.5 });
        (byte r, byte g, byte b) = Overlay.ColourOf(1);
        (byte R, byte G, byte B) found = At(drawn, 20, 15);
        Assert.Equal((90 + r) / 2.0, found.R, 0.6);
        Assert.Equal((90 + g) / 2.0, found.G, 0.6);
        Assert.Equal((90 + b) / 2.0, found.B, 0.6);
        Assert.Equal((90, 90, 90), At(drawn, 9, 15));
    }

    [Fact]
    public void A_number_is_written_where_the_leaf_is_widest()
    {
        LabelMap leaves = Rectangle(200, 100, new Box(10, 45, 190, 55), 12);
        foreach (int y in Enumerable.Range(20, 60))
        {
            foreach (int x in Enumerable.Range(120, 60))
            {
                leaves[x, y] = 12;
            }
        }

        RgbImage plain = Overlay.Draw(Grey(200, 100), leaves, Plain);
        RgbImage numbered = Overlay.Draw(Grey(200, 100), leaves);
        int[] changed = [.. Enumerable.Range(0, 200).Where(x => Enumerable.Range(0, 100).Any(y => At(plain, x, y) != At(numbered, x, y)))];
        Assert.NotEmpty(changed);
        Assert.InRange(changed.Min(), 125, 149);
        Assert.InRange(changed.Max(), 151, 175);
    }

    [Fact]
    public void Lines_grow_with_large_pictures()
    {
        LabelMap leaves = Rectangle(2592, 1944, new Box(1000, 1000, 1400, 1300), 1);
        RgbImage drawn = Overlay.Draw(Grey(2592, 1944), leaves, Plain);
        Assert.Equal(5, Enumerable.Range(1000, 200).Count(x => At(drawn, x, 1150) == Overlay.ColourOf(1)));
    }

    [Fact]
    public void A_map_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Overlay.Draw(Grey(4, 4), new LabelMap(4, 5)));

    private static RgbImage Grey(int width, int height)
    {
        RgbImage picture = new(width, height);
        Array.Fill(picture.Pixels, (byte)90);
        return picture;
    }

    private static LabelMap Rectangle(int width, int height, Box box, ushort label)
    {
        LabelMap map = new(width, height);
        for (int y = (int)box.Y1; y < box.Y2; y++)
        {
            map.Labels.AsSpan((y * width) + (int)box.X1, (int)box.Width).Fill(label);
        }

        return map;
    }

    private static (byte R, byte G, byte B) At(RgbImage picture, int x, int y)
    {
        int i = picture.IndexOf(x, y);
        return (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]);
    }
}
