using System.Runtime.CompilerServices;

namespace LeafSeg.Common.Synthesis;

/// <summary>The picture being painted, before light is cast on it and before the camera sees it.</summary>
internal sealed class Canvas(int size)
{
    public int Size { get; } = size;

    /// <summary>[Size * Size * 3] linear light as if nothing threw a shadow.</summary>
    public float[] Light { get; } = new float[size * size * 3];

    /// <summary>[Size * Size] share of the light that comes straight from the lamp and that a shadow takes away.</summary>
    public float[] Direct { get; } = new float[size * size];

    /// <summary>[Size * Size] height above the soil in pixels.</summary>
    public float[] Height { get; } = new float[size * size];

    /// <summary>[Size * Size] the leaf on top, 0 where there is none.</summary>
    public ushort[] Leaf { get; } = new ushort[size * size];

    /// <summary>Paints a part of one pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Blend(int pixel, Rgb colour, float coverage)
    {
        int i = pixel * 3;
        Light[i] += (colour.R - Light[i]) * coverage;
        Light[i + 1] += (colour.G - Light[i + 1]) * coverage;
        Light[i + 2] += (colour.B - Light[i + 2]) * coverage;
    }
}
