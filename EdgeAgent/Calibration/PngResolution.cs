using System.Buffers.Binary;
using LeafSeg.Common.Imaging;

namespace LeafSeg.EdgeAgent.Calibration;

/// <summary>Writes into a PNG how large it is to be printed: the pHYs chunk of the standard, pixels a metre.</summary>
internal static class PngResolution
{
    /// <summary>Signature and IHDR chunk; pHYs has to come before the pixels.</summary>
    private const int AfterHeader = 8 + 25;

    private const byte UnitIsMetre = 1;

    public static byte[] Add(byte[] png, int dotsPerInch)
    {
        Span<byte> resolution = stackalloc byte[9];
        uint perMetre = (uint)Math.Round(dotsPerInch / 0.0254);
        BinaryPrimitives.WriteUInt32BigEndian(resolution, perMetre);
        BinaryPrimitives.WriteUInt32BigEndian(resolution[4..], perMetre);
        resolution[8] = UnitIsMetre;
        return [.. png.AsSpan(0, AfterHeader), .. PngChunk.Of("pHYs", resolution), .. png.AsSpan(AfterHeader)];
    }
}
