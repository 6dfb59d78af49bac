using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>Indexed PNG files, which OpenCV reads and cannot write.</summary>
internal static class PngWriter
{
    /// <param name="path">Where to.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="indices">[height * width].</param>
    /// <param name="palette">0xRRGGBB of each index.</param>
    /// <param name="bits">1, 2, 4 or 8 a pixel.</param>
    public static void WriteIndexed(string path, int width, byte[] indices, int[] palette, int bits = 8)
    {
        int height = indices.Length / width;
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bits, 3);
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "PLTE", [.. palette.SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })]);
        WriteChunk(file, "IDAT", Compress(Rows(width, indices, bits)));
        WriteChunk(file, "IEND", []);
        File.WriteAllBytes(path, file.ToArray());
    }

    private static byte[] Rows(int width, byte[] indices, int bits)
    {
        int rowLength = 1 + (((width * bits) + 7) / 8);
        byte[] rows = new byte[rowLength * (indices.Length / width)];
        for (int i = 0; i < indices.Length; i++)
        {
            int bit = i % width * bits;
            rows[(i / width * rowLength) + 1 + (bit / 8)] |= (byte)(indices[i] << (8 - bits - (bit % 8)));
        }

        return rows;
    }

    private static byte[] Compress(byte[] data)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest))
        {
            zlib.Write(data);
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, string type, byte[] data) => file.Write(Chunk(type, data));

    /// <summary>Length, name, content and checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        uint crc = uint.MaxValue;
        foreach (byte value in chunk.AsSpan(4..^4))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), ~crc);
        return chunk;
    }
}
