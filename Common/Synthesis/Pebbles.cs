namespace LeafSeg.Common.Synthesis;

/// <summary>Stones side by side, each of its own shade: gravel, expanded clay, perlite, bark. One stone in each cell of a jittered grid (Worley 1996).</summary>
internal sealed class Pebbles : Surface
{
    private readonly float pitch, relief, roundness;
    private readonly int place;
    private readonly Rgb dark, light, gap;

    public Pebbles(RandomSource random, float pixel)
    {
        pitch = random.Between(6, 34) * pixel;
        relief = random.Between(.3f, 1.1f);
        roundness = random.Between(.25f, .6f);
        place = random.Integer(0, 511);
        (float hue, float saturation, float value) = random.Integer(0, 4) switch
        {
            0 => (random.Between(0, 360), random.Between(0, .1f), random.Between(.4f, .75f)),
            1 => (random.Between(20, 45), random.Between(.1f, .45f), random.Between(.5f, .9f)),
            2 => (random.Between(8, 25), random.Between(.45f, .7f), random.Between(.4f, .65f)),
            3 => (random.Between(30, 60), random.Between(0, .1f), random.Between(.8f, 1)),
            _ => (random.Between(200, 260), random.Between(0, .2f), random.Between(.2f, .5f)),
        };
        light = Rgb.FromHsv(hue + random.Between(-15, 15), saturation, Math.Min(1, value * 1.15f));
        dark = Rgb.FromHsv(hue, saturation * random.Between(.5f, 1.3f), value * random.Between(.4f, .9f));
        gap = dark * random.Between(.15f, .5f);
    }

    public override float DistanceTo(Rgb colour) => Math.Min(light.DistanceTo(colour), light.Mix(dark, .5f).DistanceTo(colour));

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float u = x / pitch, v = y / pitch;
        int column = (int)MathF.Floor(u), row = (int)MathF.Floor(v);
        float nearest = 9, second = 9, toX = 0, toY = 0;
        int stone = 0;
        for (int j = row - 1; j <= row + 1; j++)
        {
            for (int i = column - 1; i <= column + 1; i++)
            {
                float dx = i + .5f + (.38f * NoiseTexture.Grain.At(i + place, j)) - u, dy = j + .5f + (.38f * NoiseTexture.Grain.At(i, j + place)) - v;
                float squared = (dx * dx) + (dy * dy);
                if (squared < nearest)
                {
                    (second, nearest, toX, toY, stone) = (nearest, squared, dx, dy, (i * 57) + (j * 131));
                }
                else if (squared < second)
                {
                    second = squared;
                }
            }
        }

        float edge = MathF.Sqrt(second) - MathF.Sqrt(nearest);
        float solid = Math.Clamp(edge * pitch * .35f, 0, 1) * Math.Clamp((roundness + .35f - MathF.Sqrt(nearest)) * pitch * .5f, 0, 1);
        float shade = NoiseTexture.Grain.At(stone + place, place);
        float lit = Math.Max(.2f, 1 - (((toX * lamp.X) + (toY * lamp.Y)) * relief * 1.6f));
        float rough = 1 + (.08f * NoiseTexture.Grain.At((int)x, (int)y));
        return gap.Mix(dark.Mix(light, (shade * .5f) + .5f) * (lit * rough), solid);
    }
}
