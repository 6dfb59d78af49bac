namespace LeafSeg.Common.Synthesis;

/// <summary>A smooth plain sheet: a bench, a foam board, paper, cloth, the bottom of a tray. Smudges, specks, seams and a slow change of light are all it shows.</summary>
internal sealed class Board : Surface
{
    private readonly Rgb colour, smudge;
    private readonly float grain, smudgeFrom, smudgeScale, slow, slowScale, offsetX, offsetY, specks, gridPitch, weave;
    private readonly Seam[] seams;

    public Board(RandomSource random, int size, float pixel)
    {
        colour = Paint(random);
        smudge = colour * random.Between(.6f, .95f);
        grain = random.Chance(.3f) ? random.Between(.02f, .1f) : random.Between(0, .02f);
        smudgeFrom = random.Chance(.5f) ? random.Between(.5f, .75f) : 1;
        smudgeScale = random.Between(.2f, 2) / pixel;
        slow = random.Between(0, .3f);
        slowScale = random.Between(.05f, .25f) / pixel;
        (offsetX, offsetY) = (random.Between(0, 512), random.Between(0, 512));
        specks = random.Chance(.3f) ? random.Between(.985f, 1) : 1;
        gridPitch = random.Chance(.08f) ? random.Between(12, 60) * pixel : 0;
        weave = random.Chance(.12f) ? random.Between(2, 6) * pixel : 0;
        seams = new Seam[random.Chance(.4f) ? random.Integer(1, 5) : 0];
        for (int i = 0; i < seams.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(random.Chance(.6f) ? (random.Integer(0, 1) * Math.PI / 2) + (random.Normal() * .03f) : random.Between(0, MathF.PI));
            (float c, float s) = ((float)cos, (float)sin);
            seams[i] = new Seam(c, s, (random.Between(0, size) * c) + (random.Between(0, size) * s), random.Between(.6f, 4) * pixel, random.Between(-.5f, .2f));
        }
    }

    /// <summary>Half of all boards are white or nearly so; the rest has the colours of plastic, wood, metal and cloth.</summary>
    public static Rgb Paint(RandomSource random) => random.Unit() switch
    {
        < .45f => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .08f), random.Between(.72f, 1)),
        < .52f => Rgb.FromHsv(random.Between(0, 360), random.Between(.03f, .2f), random.Between(.6f, .95f)),
        < .66f => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .08f), random.Between(.3f, .72f)),
        < .76f => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .15f), random.Between(.03f, .25f)),
        < .86f => Rgb.FromHsv(random.Between(195, 235), random.Between(.3f, .9f), random.Between(.35f, .9f)),
        < .92f => Rgb.FromHsv(random.Between(14, 40), random.Between(.25f, .75f), random.Between(.5f, .9f)),
        _ => Rgb.FromHsv(random.Between(0, 360), random.Between(.3f, .95f), random.Between(.3f, .95f)),
    };

    public override float DistanceTo(Rgb other) => colour.DistanceTo(other);

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float light = 1 + ((NoiseTexture.Clouds.At((x * slowScale) + offsetX, (y * slowScale) + offsetY) - .5f) * slow);
        float dice = NoiseTexture.Grain.At((int)x, (int)y);
        light += dice * grain;
        Rgb seen = colour;
        if (smudgeFrom < 1)
        {
            float dirt = NoiseTexture.Clouds.At((x * smudgeScale) + offsetY, (y * smudgeScale) + offsetX);
            seen = seen.Mix(smudge, Math.Clamp((dirt - smudgeFrom) * 5, 0, 1));
        }

        if (weave > 0)
        {
            light *= 1 + (.12f * MathF.Sin(x * 6.2832f / weave) * MathF.Sin(y * 6.2832f / weave));
        }

        if (gridPitch > 0 && Math.Min(Line(x), Line(y)) < .6f)
        {
            light *= .75f;
        }

        if (dice > specks)
        {
            light *= .4f;
        }

        foreach (Seam seam in seams)
        {
            float across = (x * seam.Cos) + (y * seam.Sin) - seam.Offset;
            float on = Math.Clamp(seam.HalfWidth - MathF.Abs(across) + .5f, 0, 1);
            light *= 1 + (on * seam.Change * (across * ((seam.Cos * lamp.X) + (seam.Sin * lamp.Y)) > 0 ? 1 : .6f));
        }

        return seen * Math.Max(0, light);
    }

    private float Line(float place) => MathF.Abs(place - (gridPitch * MathF.Floor((place / gridPitch) + .5f)));

    private readonly record struct Seam(float Cos, float Sin, float Offset, float HalfWidth, float Change);
}
