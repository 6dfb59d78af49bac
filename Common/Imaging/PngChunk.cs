using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace LeafSeg.Common.Imaging;

/// <summary>A chunk of a PNG file (PNG specification, 3rd edition, section 5.3): length, type, content, CRC-32 of type and content.</summary>
public static class PngChunk
{
    /// <summary>Bytes of a chunk beside its content.</summary>
    public const int Overhead = 12;

    /// <param name="type">Four letters, for example "IDAT".</param>
    /// <param name="content">What the chunk holds.</param>
    /// <returns><see cref="Overhead"/> bytes more than the content.</returns>
    public static byte[] Of(string type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[content.Length + Overhead];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4, 4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.HashToUInt32(chunk.AsSpan(4..^4)));
        return chunk;
    }
}
