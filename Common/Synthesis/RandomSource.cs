namespace LeafSeg.Common.Synthesis;

/// <summary>
/// Random numbers that are the same on every machine and with every version of the runtime, which
/// <see cref="Random"/> does not promise: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64.
/// </summary>
internal sealed class RandomSource
{
    private ulong a, b, c, d;

    public RandomSource(ulong seed)
    {
        a = Mix(seed + 0x9E3779B97F4A7C15);
        b = Mix(a + 0x9E3779B97F4A7C15);
        c = Mix(b + 0x9E3779B97F4A7C15);
        d = Mix(c + 0x9E3779B97F4A7C15);
    }

    /// <summary>A seed of its own for one stream of a seed; streams do not touch each other's numbers.</summary>
    public static ulong Derive(ulong seed, ulong stream) => Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ (stream * 0xD1342543DE82EF95));

    public ulong Next()
    {
        ulong result = ulong.RotateLeft(b * 5, 7) * 9;
        ulong t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = ulong.RotateLeft(d, 45);
        return result;
    }

    /// <summary>0 up to but not including 1, in steps of 2^-24.</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>Low up to and including high.</summary>
    public int Integer(int low, int high) => low + (int)((Next() >> 32) * (ulong)(high - low + 1) >> 32);

    public bool Chance(float probability) => Unit() < probability;

    /// <summary>Mean 0, deviation 1, never beyond 3.5: the sum of four uniform numbers needs no logarithm.</summary>
    public float Normal() => (Unit() + Unit() + Unit() + Unit() - 2) * 1.7320508f;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
