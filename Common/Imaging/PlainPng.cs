using System.Buffers.Binary;
using System.IO.Compression;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// Reads the PNG files that LeafSeg itself puts into a model: 8-bit RGB, not interlaced (PNG specification, 3rd edition,
/// sections 9 and 11). It needs no native library, so that a model can be proven where OpenCV is missing.
/// </summary>
public static class PlainPng
{
    private const int SignatureBytes = 8, HeaderBytes = 13, Channels = 3;
    private const byte Rgb = 2;

    /// <returns>The picture; null: the file is whole or damaged, but not of this kind.</returns>
    /// <param name="file">The whole file.</param>
    public static RgbImage? TryDecode(ReadOnlySpan<byte> file)
    {
        if (!PictureFormat.IsPng(file))
        {
            return null;
        }

        ReadOnlySpan<byte> header = file.Slice(SignatureBytes + 8, HeaderBytes);
        (int width, int height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        if (header is not [.., 8, Rgb, 0, 0, 0] || width <= 0 || height <= 0 || (long)width * height * Channels > int.MaxValue / 2)
        {
            return null;
        }

        using MemoryStream compressed = new();
        for (int at = SignatureBytes; at + PngChunk.Overhead <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - PngChunk.Overhead)
            {
                return null;
            }

            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                compressed.Write(file.Slice(at + 8, length));
            }

            at += length + PngChunk.Overhead;
        }

        compressed.Position = 0;
        return Rows(compressed, width, height);
    }

    private static RgbImage? Rows(Stream compressed, int width, int height)
    {
        int stride = width * Channels;
        byte[] pixels = new byte[stride * height];
        byte[] before = new byte[stride];
        using ZLibStream plain = new(compressed, CompressionMode.Decompress);
        try
        {
            for (int y = 0; y < height; y++)
            {
                int filter = plain.ReadByte();
                Span<byte> row = pixels.AsSpan(y * stride, stride);
                plain.ReadExactly(row);
                if (filter is < 0 or > 4)
                {
                    return null;
                }

                Unfilter(filter, row, y == 0 ? before : pixels.AsSpan((y - 1) * stride, stride));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return null;
        }

        return new RgbImage(width, height, pixels);
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < Channels ? 0 : row[i - Channels];
            int corner = i < Channels ? 0 : above[i - Channels];
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], corner),
                _ => 0,
            });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        int fromLeft = Math.Abs(above - corner), fromAbove = Math.Abs(left - corner), fromCorner = Math.Abs(left + above - (2 * corner));
        return fromLeft <= fromAbove && fromLeft <= fromCorner ? left : fromAbove <= fromCorner ? above : corner;
    }
}
