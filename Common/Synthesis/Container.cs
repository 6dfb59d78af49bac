namespace LeafSeg.Common.Synthesis;

/// <summary>The pot or tray: a rim around the soil, square with round corners, round, or repeated in a grid.</summary>
internal sealed class Container
{
    private readonly float x, y, half, corner, rim, depth, cos, sin, pitch;
    private readonly int ledges;
    private readonly Rgb colour;
    private readonly float gloss;

    /// <param name="random">Where chance comes from.</param>
    /// <param name="size">Width and height of the picture in pixels.</param>
    /// <param name="centreX">The plant's place.</param>
    /// <param name="centreY">The plant's place.</param>
    /// <param name="plantRadius">Mostly the plant fits its pot.</param>
    /// <param name="paint">A colour other than those of pots.</param>
    /// <param name="cell">Half the inner width of a tray's cells as a share of the size; the pots then stand in a grid.</param>
    public Container(RandomSource random, int size, float centreX, float centreY, float plantRadius, Rgb? paint = null, float? cell = null)
    {
        int kind = random.Integer(0, 9);
        half = cell * size ?? Math.Max(size * random.Between(.28f, .62f), plantRadius * random.Between(.8f, 1.3f));
        rim = (cell * 1.5f ?? 1) * size * random.Between(.015f, .08f);
        corner = kind < 4 ? half : half * random.Between(.04f, .35f);
        pitch = kind >= 8 || cell is not null ? 2 * (half + rim) : 0;
        depth = size * random.Between(.005f, .05f);
        x = centreX + (random.Normal() * half * .06f);
        y = centreY + (random.Normal() * half * .06f);
        (double s, double c) = Math.SinCos(random.Chance(.75f) ? random.Between(-.06f, .06f) : random.Between(-.8f, .8f));
        (cos, sin) = ((float)c, (float)s);
        ledges = random.Integer(1, 3);
        gloss = random.Between(.1f, .9f);
        colour = paint ?? random.Integer(0, 9) switch
        {
            <= 5 => Rgb.FromHsv(random.Between(180, 260), random.Between(0, .2f), random.Between(.1f, .42f)),
            6 => Rgb.FromHsv(random.Between(10, 24), random.Between(.4f, .75f), random.Between(.4f, .75f)),
            7 => Rgb.FromHsv(random.Between(0, 360), random.Between(0, .08f), random.Between(.5f, .95f)),
            8 => Rgb.FromHsv(random.Between(90, 160), random.Between(.3f, .7f), random.Between(.15f, .5f)),
            _ => Rgb.FromHsv(random.Between(0, 360), random.Between(.2f, .9f), random.Between(.2f, .8f)),
        };
    }

    /// <summary>Pixels from the inner edge of the rim: negative over the soil.</summary>
    public float Distance(float px, float py)
    {
        float dx = px - x, dy = py - y;
        float u = (dx * cos) + (dy * sin), v = (dy * cos) - (dx * sin);
        if (pitch > 0)
        {
            u -= pitch * MathF.Floor((u / pitch) + .5f);
            v -= pitch * MathF.Floor((v / pitch) + .5f);
        }

        u = MathF.Abs(u) - half + corner;
        v = MathF.Abs(v) - half + corner;
        float outside = MathF.Sqrt((Math.Max(u, 0) * Math.Max(u, 0)) + (Math.Max(v, 0) * Math.Max(v, 0)));
        return outside + Math.Min(Math.Max(u, v), 0) - corner;
    }

    /// <summary>The colour of a pixel between the soil's and the surround's.</summary>
    public Rgb At(float px, float py, Surface inside, Surface around, Lamp lamp)
    {
        float distance = Distance(px, py);
        if (distance < -(depth * 3) - 4)
        {
            return inside.At(px, py, lamp);
        }

        if (distance < 0)
        {
            // The wall keeps light from the soil on the lamp's side, and a little all around.
            float wall = Distance(px + (lamp.X / lamp.Z * depth), py + (lamp.Y / lamp.Z * depth));
            float shaded = Math.Clamp((wall / (depth * .6f)) + .5f, 0, 1) * (1 - lamp.Ambient);
            float enclosed = .35f * Math.Clamp(1 + (distance / (depth * 2)), 0, 1);
            Rgb soil = inside.At(px, py, lamp) * ((1 - shaded) * (1 - enclosed));
            return distance > -1 ? soil.Mix(Rim(px, py, 0, lamp), 1 + distance) : soil;
        }

        if (distance < rim)
        {
            return Rim(px, py, distance, lamp);
        }

        float under = Math.Clamp((rim + depth - Distance(px + (lamp.X * depth), py + (lamp.Y * depth))) / depth, 0, 1);
        Rgb mat = around.At(px, py, lamp) * (1 - (.6f * under * (1 - lamp.Ambient)));
        return distance < rim + 1 ? Rim(px, py, rim, lamp).Mix(mat, distance - rim) : mat;
    }

    private Rgb Rim(float px, float py, float distance, Lamp lamp)
    {
        float across = distance / rim * ledges;
        float inLedge = across - MathF.Floor(across);
        // Each ledge rises at its inner edge, is flat, and falls at its outer edge.
        float slope = inLedge < .2f ? 1 : inLedge > .8f ? -1 : 0;
        float towardsLamp = Distance(px + (lamp.X * 2), py + (lamp.Y * 2)) - Distance(px, py);
        float light = Math.Max(.3f, 1 - (slope * towardsLamp * .35f));
        float shine = slope * towardsLamp < -.8f ? gloss * .06f : 0;
        float dirt = NoiseTexture.Clouds.At(px * .8f, py * .8f);
        Rgb lit = colour * (light * (.8f + (.4f * dirt)) * (1 + (NoiseTexture.Grain.At((int)px, (int)py) * .06f)));
        return new Rgb(lit.R + shine, lit.G + shine, lit.B + shine);
    }
}
