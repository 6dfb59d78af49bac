namespace LeafSeg.Common.Synthesis;

/// <summary>Something flat to look at: soil, a mat, a mesh.</summary>
internal abstract class Surface
{
    /// <summary>Its colour at a place in pixels, lit from a direction (as <see cref="Lamp"/>).</summary>
    public abstract Rgb At(float x, float y, Lamp lamp);

    /// <summary>How far its nearest colour is from this one, as <see cref="Rgb.DistanceTo"/>.</summary>
    public abstract float DistanceTo(Rgb colour);
}

/// <summary>Potting soil: crumbs with dark gaps, damp patches, and moss or a film of algae in places.</summary>
internal sealed class Soil : Surface
{
    private readonly float scale, offsetX, offsetY, relief, damp, coarse, mossFrom, mossWidth, mossShare, grain, patchScale, mossScale, mossRelief;
    private readonly Rgb dark, light, moss;

    public Soil(RandomSource random, float pixel)
    {
        scale = random.Between(.3f, 1.7f) / pixel;
        (offsetX, offsetY) = (random.Between(0, 512), random.Between(0, 512));
        relief = random.Between(.3f, 1.6f);
        patchScale = random.Between(.25f, 1.3f);
        mossScale = random.Between(.15f, .8f);
        damp = random.Between(.2f, 1);
        coarse = random.Between(.4f, 1);
        grain = random.Between(.05f, .35f);
        float hue = random.Between(8, 42), saturation = random.Between(.05f, .5f), value = random.Chance(.8f) ? random.Between(.16f, .42f) : random.Between(.42f, .7f);
        dark = Rgb.FromHsv(hue, saturation, value * random.Between(.25f, .6f));
        light = Rgb.FromHsv(hue + random.Between(-5, 12), saturation, value * random.Between(1, 1.6f));
        bool green = random.Chance(.5f);
        float cover = green ? random.Between(.2f, .75f) : 0;
        mossFrom = 1 - cover;
        mossWidth = random.Between(.05f, .35f);
        mossShare = green ? random.Between(.25f, .95f) : 0;
        // Moss is a cushion with crumbs of its own; algae are a smooth film, often bluish and dark.
        bool algae = random.Chance(.35f);
        mossRelief = algae ? .12f : .7f;
        moss = algae
            ? Rgb.FromHsv(random.Between(95, 175), random.Between(.4f, .9f), random.Between(.15f, .45f))
            : Rgb.FromHsv(random.Between(60, 135), random.Between(.3f, .9f), random.Between(.22f, .65f));
    }

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float u = (x * scale) + offsetX, v = (y * scale) + offsetY;
        float crumb = NoiseTexture.Crumbs.At(u, v);
        float towardsLamp = NoiseTexture.Crumbs.At(u + (lamp.X * 2), v + (lamp.Y * 2));
        float speck = NoiseTexture.Grain.At((int)x, (int)y);
        float patch = NoiseTexture.Clouds.At((u * patchScale) + 77, v * patchScale);
        float lit = Math.Max(.15f, 1 + ((crumb - towardsLamp) * relief)) * (1 + ((patch - .5f) * damp));
        Rgb soil = dark.Mix(light, Clamped((crumb * crumb * coarse) + (speck * grain) + ((1 - coarse) * patch)));
        if (mossShare > 0)
        {
            float where = NoiseTexture.Clouds.At((u * mossScale) + 300, (v * mossScale) + 100) + ((crumb - .5f) * .12f);
            float covered = Clamped((where - mossFrom) / mossWidth) * mossShare;
            if (covered > 0)
            {
                soil = soil.Mix(moss * Math.Max(.2f, .9f + ((crumb - .5f) * mossRelief) + (speck * grain * mossRelief)), covered);
            }
        }

        return soil * Math.Max(0, lit);
    }

    public override float DistanceTo(Rgb colour) =>
        Math.Min(Math.Min(light.DistanceTo(colour), dark.Mix(light, .35f).DistanceTo(colour)), mossShare > .3f ? dark.Mix(moss, mossShare).DistanceTo(colour) : 1);

    private static float Clamped(float value) => Math.Min(1, Math.Max(0, value));
}

/// <summary>A mat, a bench, paper, or a field of any colours: two in patches, a third in stripes.</summary>
internal sealed class Sheet : Surface
{
    private readonly float scale, offsetX, offsetY, sharpness, grain, stripe, cos, sin;
    private readonly Rgb first, second, third;

    private Sheet(RandomSource random, float pixel, Rgb first, Rgb second, Rgb third)
    {
        (this.first, this.second, this.third) = (first, second, third);
        scale = random.Between(.3f, 3) / pixel;
        (offsetX, offsetY) = (random.Between(0, 512), random.Between(0, 512));
        sharpness = random.Between(1, 7);
        grain = random.Between(0, .15f);
        stripe = random.Chance(.2f) ? 1 / (random.Between(8, 70) * pixel) : 0;
        (double s, double c) = Math.SinCos(random.Between(0, MathF.PI));
        (cos, sin) = ((float)c, (float)s);
    }

    /// <summary>Colours as greenhouses and laboratories have them.</summary>
    public static Sheet Usual(RandomSource random, float pixel)
    {
        Rgb colour = random.Integer(0, 9) switch
        {
            0 or 1 or 2 => Rgb.FromHsv(random.Between(195, 225), random.Between(.35f, .9f), random.Between(.3f, .8f)),
            3 or 4 => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .12f), random.Between(.25f, .7f)),
            5 => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .06f), random.Between(.75f, .98f)),
            6 or 7 => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .25f), random.Between(.03f, .2f)),
            8 => Rgb.FromHsv(random.Between(20, 42), random.Between(.2f, .6f), random.Between(.35f, .75f)),
            _ => Rgb.FromHsv(random.Between(90, 170), random.Between(.2f, .7f), random.Between(.15f, .5f)),
        };
        return new Sheet(random, pixel, colour, colour * random.Between(.6f, 1), colour * random.Between(.9f, 1.3f));
    }

    public static Sheet AnyColour(RandomSource random, float pixel)
    {
        return new Sheet(random, pixel, Any(), Any(), Any());

        Rgb Any() => Rgb.FromHsv(random.Between(0, 360), random.Between(0, 1), random.Between(.05f, .95f));
    }

    public override float DistanceTo(Rgb colour) => Math.Min(first.DistanceTo(colour), Math.Min(second.DistanceTo(colour), third.DistanceTo(colour)));

    /// <summary>What is left where a background was cut away.</summary>
    public static Sheet Black(RandomSource random, float pixel)
    {
        Rgb black = new(.0005f, .0005f, .0005f);
        return new Sheet(random, pixel, black, black, black);
    }

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float cloud = NoiseTexture.Clouds.At((x * scale) + offsetX, (y * scale) + offsetY);
        float where = ((cloud - .5f) * sharpness) + .5f;
        Rgb colour = first.Mix(second, Math.Clamp(where, 0, 1));
        if (stripe > 0)
        {
            float phase = ((x * cos) + (y * sin)) * stripe;
            phase -= MathF.Floor(phase);
            colour = phase < .4f ? third : colour;
        }

        return colour * Math.Max(0, 1 + (grain * NoiseTexture.Grain.At((int)x, (int)y)) + ((cloud - .5f) * .15f));
    }
}

/// <summary>A black mesh or a punched sheet over the soil.</summary>
internal sealed class Mesh : Surface
{
    private readonly float pitch, hole, cos, sin;
    private readonly Rgb bar;
    private readonly Soil below;

    public Mesh(RandomSource random, float pixel)
    {
        pitch = random.Between(9, 34) * pixel;
        hole = random.Between(.25f, .45f);
        (double s, double c) = Math.SinCos(random.Between(-.15f, .15f));
        (cos, sin) = ((float)c, (float)s);
        bar = Rgb.FromHsv(random.Between(0, 360), random.Between(0, .2f), random.Between(.15f, .5f));
        below = new Soil(random, pixel);
    }

    public override float DistanceTo(Rgb colour) => bar.DistanceTo(colour);

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float u = ((x * cos) - (y * sin)) / pitch, v = ((x * sin) + (y * cos)) / pitch;
        u -= MathF.Floor(u) + .5f;
        v -= MathF.Floor(v) + .5f;
        float distance = MathF.Sqrt((u * u) + (v * v));
        float inHole = Math.Clamp(((hole - distance) * pitch) + .5f, 0, 1);
        float tilt = distance > hole ? ((u * lamp.X) + (v * lamp.Y)) * -.7f : 0;
        float texture = 1 + (NoiseTexture.Grain.At((int)x, (int)y) * .12f);
        Rgb sheet = bar * Math.Max(.2f, (1 + tilt) * texture);
        return inHole > 0 ? sheet.Mix(below.At(x, y, lamp) * .35f, inHole) : sheet;
    }
}
