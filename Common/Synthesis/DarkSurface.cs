namespace LeafSeg.Common.Synthesis;

/// <summary>Nearly black: what is left of a ground that reflects nothing the camera sees, with a faint glow of algae around the plant.</summary>
internal sealed class DarkSurface : Surface
{
    private readonly Surface? ground;
    private readonly float dim, floor, glow, glowX, glowY, glowRadius, place;

    public DarkSurface(RandomSource random, int size, float centreX, float centreY, float plantRadius)
    {
        float pixel = size / 500f;
        ground = random.Unit() switch
        {
            < .5f => null,
            < .75f => new Soil(random, pixel),
            < .9f => new Perforated(random, new Board(random, size, pixel), new Soil(random, pixel), size * random.Between(.2f, .8f), centreX, centreY),
            _ => new Board(random, size, pixel),
        };
        dim = random.Between(.005f, .08f);
        floor = random.Chance(.7f) ? random.Between(0, .001f) : random.Between(.001f, .01f);
        glow = random.Chance(.4f) ? random.Between(.01f, .12f) : 0;
        glowRadius = size * random.Between(.02f, .09f);
        glowX = centreX + (random.Normal() * plantRadius * .1f);
        glowY = centreY + (random.Normal() * plantRadius * .1f);
        place = random.Between(0, 512);
    }

    public override float DistanceTo(Rgb colour) => float.MaxValue;

    public override Rgb At(float x, float y, Lamp lamp)
    {
        Rgb seen = ground is null ? default : ground.At(x, y, lamp) * dim;
        float light = floor;
        if (glow > 0)
        {
            float dx = x - glowX, dy = y - glowY;
            float ragged = 1 + (NoiseTexture.Clouds.At((x * .8f) + place, (y * .8f) + place) - .5f);
            light += glow * Math.Clamp(2.5f - (2.5f * MathF.Sqrt((dx * dx) + (dy * dy)) / (glowRadius * ragged)), 0, 1) * (.6f + (.8f * NoiseTexture.Crumbs.At(x * 1.5f, y * 1.5f)));
        }

        return new Rgb(seen.R + light, seen.G + light, seen.B + light);
    }
}
