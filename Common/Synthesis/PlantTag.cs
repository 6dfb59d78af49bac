namespace LeafSeg.Common.Synthesis;

/// <summary>A plastic tag with a point, some lines of writing, and perhaps a bar code.</summary>
internal sealed class PlantTag
{
    private readonly float x, y, cos, sin, halfLength, halfWidth, linePitch, codeFrom;
    private readonly int noise;
    private readonly bool pointed;
    private readonly Rgb plastic, ink;

    public PlantTag(RandomSource random, int size)
    {
        halfLength = size * random.Between(.06f, .22f);
        halfWidth = size * random.Between(.014f, .05f);
        // Tags stand at the border of a pot, seldom in its middle.
        (double s, double c) = Math.SinCos(random.Between(0, 2 * MathF.PI));
        float away = size * random.Between(.25f, .55f);
        x = (size / 2f) + (away * (float)c);
        y = (size / 2f) + (away * (float)s);
        (s, c) = Math.SinCos(random.Between(0, 2 * MathF.PI));
        (cos, sin) = ((float)c, (float)s);
        linePitch = halfWidth * 2 / random.Integer(1, 4);
        codeFrom = random.Chance(.3f) ? random.Between(-.4f, .5f) : 2;
        noise = random.Integer(0, 511);
        pointed = random.Chance(.6f);
        plastic = random.Chance(.6f)
            ? Rgb.FromHsv(random.Between(30, 60), random.Between(0, .08f), random.Between(.75f, 1))
            : Rgb.FromHsv(random.Between(0, 360), random.Between(.3f, .9f), random.Between(.45f, .95f));
        ink = Rgb.FromHsv(random.Between(200, 260), random.Between(0, .5f), random.Between(.05f, .3f));
    }

    public void Paint(Canvas canvas, Lamp lamp)
    {
        float drop = halfWidth * .35f / lamp.Z;
        Stamp(canvas, -lamp.X * drop, -lamp.Y * drop, shade: .6f * (1 - lamp.Ambient));
        Stamp(canvas, 0, 0, shade: 0);
    }

    /// <summary>Stamps the shadow where there is shade, otherwise the tag itself.</summary>
    private void Stamp(Canvas canvas, float shiftX, float shiftY, float shade)
    {
        float centreX = x + shiftX, centreY = y + shiftY;
        float reachX = (MathF.Abs(cos) * halfLength) + (MathF.Abs(sin) * halfWidth) + 1, reachY = (MathF.Abs(sin) * halfLength) + (MathF.Abs(cos) * halfWidth) + 1;
        int top = Math.Max(0, (int)(centreY - reachY)), bottom = Math.Min(canvas.Size, (int)(centreY + reachY) + 1);
        int left = Math.Max(0, (int)(centreX - reachX)), right = Math.Min(canvas.Size, (int)(centreX + reachX) + 1);
        for (int row = top; row < bottom; row++)
        {
            for (int column = left; column < right; column++)
            {
                float dx = column + .5f - centreX, dy = row + .5f - centreY;
                float along = (dx * cos) + (dy * sin), across = (dy * cos) - (dx * sin);
                float coverage = Coverage(along, across);
                if (coverage > 0)
                {
                    canvas.Blend((row * canvas.Size) + column, shade > 0 ? default : Face(along, across), coverage * (shade > 0 ? shade : 1));
                }
            }
        }
    }

    private float Coverage(float along, float across)
    {
        float half = pointed ? Math.Min(halfWidth, (halfLength - along) * .9f) : halfWidth;
        return Math.Clamp(Math.Min(half - MathF.Abs(across), halfLength - MathF.Abs(along)) + .5f, 0, 1);
    }

    private Rgb Face(float along, float across)
    {
        float place = along / halfLength;
        bool atBorder = MathF.Abs(across) > halfWidth * .8f || place is < -.9f or > .55f;
        if (atBorder)
        {
            return plastic;
        }

        if (place > codeFrom && place < codeFrom + .35f)
        {
            return NoiseTexture.Grain.At((int)(along * .8f) + noise, noise) > 0 ? ink : plastic;
        }

        // Letters are columns of ink in the middle of a line; a word ends where the noise is low.
        float line = (across + halfWidth) / linePitch;
        int number = (int)line;
        bool inLine = MathF.Abs(line - number - .5f) < .28f;
        bool inWord = NoiseTexture.Clouds.At(noise + (along * 2), number * 90) > .42f;
        bool inked = NoiseTexture.Grain.At((int)(along * .7f) + noise, (number * 31) + (int)(across * .7f)) > .1f;
        return inLine && inWord && inked ? ink : plastic;
    }
}
