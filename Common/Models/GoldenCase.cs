using System.Buffers.Binary;

namespace LeafSeg.Common.Models;

/// <summary>
/// A picture and what the model saw in it when it was exported. A rig runs it again and compares, and so proves that the
/// file works on its own hardware. The picture itself travels along, so that no later program need render it again.
/// </summary>
public sealed record GoldenCase
{
    private const int HeaderEnd = 24, WidthAt = 16, HeightAt = 20;

    /// <summary>The picture as a PNG file.</summary>
    public required byte[] Png { get; init; }

    /// <summary>Leaves with at least one visible pixel.</summary>
    public required int LeafCount { get; init; }

    /// <summary>Their areas in pixels of the picture, falling.</summary>
    public required IReadOnlyList<int> AreasPx { get; init; }

    /// <summary>How far an area may be off, as a share of itself; 3 pixels are always allowed.</summary>
    public required double AreaTolerance { get; init; }

    /// <summary>Width and height that the picture declares, in pixels, without decoding it; null where it is not a PNG.</summary>
    public (uint Width, uint Height)? SizePx()
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];
        return Png.Length >= HeaderEnd && Png.AsSpan().StartsWith(signature)
            ? (BinaryPrimitives.ReadUInt32BigEndian(Png.AsSpan(WidthAt)), BinaryPrimitives.ReadUInt32BigEndian(Png.AsSpan(HeightAt)))
            : null;
    }
}
