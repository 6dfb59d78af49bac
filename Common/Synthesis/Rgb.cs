using System.Runtime.CompilerServices;

namespace LeafSeg.Common.Synthesis;

/// <summary>
/// A colour in linear light, 1 being white; the display value is its square root times 255. Small enough that calls would
/// cost more than what they do, on every pixel of every picture.
/// </summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rgb operator *(Rgb colour, float factor) => new(colour.R * factor, colour.G * factor, colour.B * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rgb operator *(Rgb a, Rgb b) => new(a.R * b.R, a.G * b.G, a.B * b.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rgb Mix(Rgb other, float share) => new(R + ((other.R - R) * share), G + ((other.G - G) * share), B + ((other.B - B) * share));

    /// <summary>Euclidean distance of the display values, black to white being 1.7.</summary>
    public float DistanceTo(Rgb other)
    {
        float r = MathF.Sqrt(Math.Max(0, R)) - MathF.Sqrt(Math.Max(0, other.R));
        float g = MathF.Sqrt(Math.Max(0, G)) - MathF.Sqrt(Math.Max(0, other.G));
        float b = MathF.Sqrt(Math.Max(0, B)) - MathF.Sqrt(Math.Max(0, other.B));
        return MathF.Sqrt((r * r) + (g * g) + (b * b));
    }

    /// <summary>From hue in degrees, saturation and value as on the display.</summary>
    public static Rgb FromHsv(float hue, float saturation, float value)
    {
        saturation = Math.Clamp(saturation, 0, 1);
        return new Rgb(Channel(5), Channel(3), Channel(1));

        float Channel(int n)
        {
            float k = (n + (hue / 60)) % 6;
            k = k < 0 ? k + 6 : k;
            float display = value * (1 - (saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)));
            return display * display;
        }
    }

    /// <summary>From display values 0..255.</summary>
    public static Rgb FromDisplay(float r, float g, float b) => new(r * r / 65025, g * g / 65025, b * b / 65025);
}
