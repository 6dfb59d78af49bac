using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Synthesis;

/// <summary>A cut-out of a photograph, turned and mirrored as chance will have it.</summary>
internal sealed class Plate : Surface
{
    private static readonly float[] Linear = [.. Enumerable.Range(0, 256).Select(value => value * value / 65025f)];

    private readonly RgbImage picture;
    private readonly float left, top, scale;
    private readonly int size;
    private readonly bool turned, mirroredX, mirroredY;

    /// <param name="random">Where chance comes from.</param>
    /// <param name="picture">The photograph, at least 2 pixels each way.</param>
    /// <param name="size">Width and height of what is to be covered.</param>
    public Plate(RandomSource random, RgbImage picture, int size)
    {
        (this.picture, this.size) = (picture, size);
        // As much as fits, or down to a half of that each way.
        scale = (Math.Min(picture.Width, picture.Height) - 1) / (float)size * random.Between(.5f, 1);
        left = random.Between(0, picture.Width - 1 - (scale * size));
        top = random.Between(0, picture.Height - 1 - (scale * size));
        turned = random.Chance(.5f);
        mirroredX = random.Chance(.5f);
        mirroredY = random.Chance(.5f);
    }

    public override Rgb At(float x, float y, Lamp lamp)
    {
        (x, y) = turned ? (y, x) : (x, y);
        float u = Math.Clamp(left + (scale * (mirroredX ? size - x : x)), 0, picture.Width - 1.001f);
        float v = Math.Clamp(top + (scale * (mirroredY ? size - y : y)), 0, picture.Height - 1.001f);
        int column = (int)u, row = (int)v;
        Rgb above = Texel(column, row).Mix(Texel(column + 1, row), u - column);
        Rgb below = Texel(column, row + 1).Mix(Texel(column + 1, row + 1), u - column);
        return above.Mix(below, v - row);
    }

    /// <summary>The photographer chose their colours.</summary>
    public override float DistanceTo(Rgb colour) => float.MaxValue;

    private Rgb Texel(int x, int y)
    {
        int i = picture.IndexOf(x, y);
        return new Rgb(Linear[picture.Pixels[i]], Linear[picture.Pixels[i + 1]], Linear[picture.Pixels[i + 2]]);
    }
}
