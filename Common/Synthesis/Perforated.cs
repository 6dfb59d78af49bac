namespace LeafSeg.Common.Synthesis;

/// <summary>A sheet with a grid of round or square holes and something else in them: a hydroponic raft with its plugs, a well plate, a plug tray.</summary>
internal sealed class Perforated : Surface
{
    private readonly Surface sheet, filling;
    private readonly float x, y, pitch, radius, squareness, rim, depth, flatness, cos, sin, raised, filled;
    private readonly int place;
    private readonly Rgb rimColour;

    /// <param name="random">Where chance comes from.</param>
    /// <param name="sheet">What the holes are in.</param>
    /// <param name="filling">What is in the holes.</param>
    /// <param name="pitch">From hole to hole in pixels.</param>
    /// <param name="x">The middle of one hole.</param>
    /// <param name="y">The middle of one hole.</param>
    public Perforated(RandomSource random, Surface sheet, Surface filling, float pitch, float x, float y)
    {
        (this.sheet, this.filling, this.pitch, this.x, this.y) = (sheet, filling, pitch, x, y);
        // Rafts have small holes far apart, well plates hardly leave a wall between them.
        radius = pitch * (random.Chance(.5f) ? random.Between(.1f, .25f) : random.Between(.3f, .47f));
        squareness = random.Chance(.25f) ? random.Between(.4f, .95f) : 0;
        rim = random.Chance(.6f) ? radius * random.Between(.04f, .25f) : 0;
        depth = radius * random.Between(0, .5f);
        // Seen a little from the side, a hole is an ellipse.
        flatness = random.Chance(.4f) ? random.Between(.65f, .95f) : 1;
        (double s, double c) = Math.SinCos(random.Chance(.75f) ? random.Normal() * .04f : random.Between(0, MathF.PI / 2));
        (cos, sin) = ((float)c, (float)s);
        raised = random.Between(-.4f, .4f);
        rimColour = random.Chance(.5f) ? Board.Paint(random) : default;
        filled = random.Chance(.25f) ? random.Between(.3f, .9f) : 1;
        place = random.Integer(0, 511);
    }

    public override float DistanceTo(Rgb colour) => Math.Min(sheet.DistanceTo(colour), filling.DistanceTo(colour));

    public override Rgb At(float px, float py, Lamp lamp)
    {
        float distance = Distance(px, py, out bool open);
        if (!open || distance > rim + 1)
        {
            return sheet.At(px, py, lamp);
        }

        if (distance > 0)
        {
            float towardsLamp = Distance(px + (lamp.X * 2), py + (lamp.Y * 2), out _) - distance;
            Rgb below = rimColour == default ? sheet.At(px, py, lamp) : rimColour;
            Rgb ring = below * Math.Max(.3f, 1 + (raised * towardsLamp));
            return rim > 0 ? ring.Mix(sheet.At(px, py, lamp), Math.Clamp(distance - rim, 0, 1)) : ring.Mix(sheet.At(px, py, lamp), Math.Min(distance, 1));
        }

        Rgb inside = filling.At(px, py, lamp);
        if (depth > 1)
        {
            float wall = Distance(px + (lamp.X / lamp.Z * depth), py + (lamp.Y / lamp.Z * depth), out _);
            inside *= 1 - (Math.Clamp((wall / (depth * .6f)) + .5f, 0, 1) * (1 - lamp.Ambient) * .8f);
            inside *= 1 - (.35f * Math.Clamp(1 + (distance / depth), 0, 1));
        }

        return inside;
    }

    /// <summary>Pixels from the edge of the nearest hole: negative in it.</summary>
    private float Distance(float px, float py, out bool open)
    {
        float dx = px - x, dy = py - y;
        float u = ((dx * cos) + (dy * sin)) / pitch, v = ((dy * cos) - (dx * sin)) / pitch;
        float column = MathF.Floor(u + .5f), row = MathF.Floor(v + .5f);
        open = filled >= 1 || (column == 0 && row == 0) || (NoiseTexture.Grain.At((int)column + place, (int)row) * .5f) + .5f < filled;
        u = MathF.Abs((u - column) * pitch);
        v = MathF.Abs((v - row) * pitch) / flatness;
        float corner = radius * (1 - squareness);
        u -= radius - corner;
        v -= radius - corner;
        float outside = MathF.Sqrt((Math.Max(u, 0) * Math.Max(u, 0)) + (Math.Max(v, 0) * Math.Max(v, 0)));
        return outside + Math.Min(Math.Max(u, v), 0) - corner;
    }
}
