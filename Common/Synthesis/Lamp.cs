namespace LeafSeg.Common.Synthesis;

/// <summary>One lamp (or the sun) and the light from everywhere else.</summary>
internal sealed record Lamp
{
    /// <summary>Unit vector towards the lamp; z points at the camera.</summary>
    public required float X { get; init; }

    public required float Y { get; init; }

    public required float Z { get; init; }

    /// <summary>Share of the light on flat ground that comes from everywhere.</summary>
    public required float Ambient { get; init; }

    /// <summary>How many pixels below a ray's edge the shade is full.</summary>
    public required float Softness { get; init; }

    /// <summary>How much light is missing where leaves crowd, 0..1.</summary>
    public required float Crowding { get; init; }

    public static Lamp Draw(RandomSource random, int size)
    {
        (double sin, double cos) = Math.SinCos(random.Between(0, 2 * MathF.PI));
        float z = random.Between(.55f, .97f);
        float across = MathF.Sqrt(1 - (z * z));
        return new Lamp
        {
            X = (float)cos * across,
            Y = (float)sin * across,
            Z = z,
            Ambient = random.Chance(.3f) ? random.Between(.7f, .95f) : random.Between(.25f, .7f),
            Softness = size * random.Between(.002f, .02f),
            Crowding = random.Between(.15f, .75f),
        };
    }

    /// <summary>Light from everywhere: shadows are only where leaves crowd.</summary>
    public Lamp Diffuse(RandomSource random) => this with { Ambient = random.Between(.82f, .98f) };

    /// <summary>The same lamp a little moved, as between two frames of a time lapse.</summary>
    public Lamp Moved(RandomSource random)
    {
        float x = X + (random.Normal() * .02f), y = Y + (random.Normal() * .02f);
        float length = MathF.Sqrt((x * x) + (y * y) + (Z * Z));
        return this with { X = x / length, Y = y / length, Z = Z / length };
    }

    /// <summary>Light from the lamp on a surface that rises by the given slopes, 1 on flat ground.</summary>
    public float Lambert(float slopeX, float slopeY)
    {
        float facing = Z - (slopeX * X) - (slopeY * Y);
        return facing <= 0 ? 0 : facing / (Z * MathF.Sqrt(1 + (slopeX * slopeX) + (slopeY * slopeY)));
    }
}
