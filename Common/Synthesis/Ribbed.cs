namespace LeafSeg.Common.Synthesis;

/// <summary>A sheet with raised ribs or slots in rows, as trays and benches have: the side towards the lamp is light, the other dark.</summary>
internal sealed class Ribbed : Surface
{
    private readonly Surface sheet;
    private readonly float pitch, half, length, gap, height, cos, sin, shift, dark;

    public Ribbed(RandomSource random, Surface sheet, float pixel)
    {
        this.sheet = sheet;
        pitch = random.Between(14, 90) * pixel;
        half = pitch * random.Between(.08f, .38f);
        // Endless ribs, or short ones with round ends that look like leaves side by side.
        length = random.Chance(.5f) ? float.MaxValue : pitch * random.Between(.5f, 4);
        gap = pitch * random.Between(.15f, .8f);
        height = random.Between(.15f, .8f) * (random.Chance(.5f) ? 1 : -1);
        dark = random.Chance(.3f) ? random.Between(.05f, .5f) : 1;
        (double s, double c) = Math.SinCos(random.Chance(.7f) ? (random.Integer(0, 1) * Math.PI / 2) + (random.Normal() * .04f) : random.Between(0, MathF.PI));
        (cos, sin) = ((float)c, (float)s);
        shift = random.Between(0, 1000);
    }

    public override float DistanceTo(Rgb colour) => sheet.DistanceTo(colour);

    public override Rgb At(float x, float y, Lamp lamp)
    {
        Rgb seen = sheet.At(x, y, lamp);
        float distance = Distance(x, y);
        if (distance > 1)
        {
            return seen;
        }

        float towardsLamp = Distance(x + lamp.X, y + lamp.Y) - distance;
        float edge = Math.Clamp(1 + (distance / Math.Max(half, 1)), 0, 1);
        float inside = Math.Clamp(.5f - distance, 0, 1);
        return seen * (Math.Max(.15f, 1 + (height * towardsLamp * edge)) * (1 - ((1 - dark) * inside)));
    }

    private float Distance(float x, float y)
    {
        float along = (x * cos) + (y * sin) + shift, across = (y * cos) - (x * sin) + shift;
        across -= pitch * MathF.Floor((across / pitch) + .5f);
        float end = 0;
        if (length < float.MaxValue)
        {
            float period = length + gap + (2 * half);
            along -= period * MathF.Floor((along / period) + .5f);
            end = Math.Max(0, MathF.Abs(along) - (length / 2));
        }

        return MathF.Sqrt((across * across) + (end * end)) - half;
    }
}
