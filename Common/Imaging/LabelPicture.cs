using System.Buffers.Binary;
using System.IO.Compression;
using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// A label map as an indexed PNG (PNG specification, 3rd edition), the form in which the Leaf Segmentation Challenge has its
/// labels: the index of a pixel is its leaf's number, and the palette shows each leaf in a colour of its own. OpenCV
/// reads such files and cannot write them.
/// </summary>
public static class LabelPicture
{
    /// <summary>The largest number that 8 bits hold.</summary>
    public const int MostLeaves = 255;

    private const byte IndexedColour = 3;
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Indexed with 8 bits; grey with 16 bits where a label is larger than an index can be.</summary>
    public static byte[] Encode(LabelMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        int highest = map.Labels.Max();
        if (highest > MostLeaves)
        {
            using Mat grey = Mat.FromPixelData(map.Height, map.Width, MatType.CV_16UC1, map.Labels);
            Cv2.ImEncode(".png", grey, out byte[] deep);
            return deep;
        }

        using MemoryStream file = new();
        file.Write(Signature);
        file.Write(PngChunk.Of("IHDR", Header(map.Width, map.Height)));
        file.Write(PngChunk.Of("PLTE", Palette(highest)));
        file.Write(PngChunk.Of("IDAT", Pixels(map)));
        file.Write(PngChunk.Of("IEND", []));
        return file.ToArray();
    }

    private static byte[] Header(int width, int height)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = IndexedColour;
        return header;
    }

    private static byte[] Palette(int highest) =>
        [.. ColourMask.Colours(highest).SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })];

    private static byte[] Pixels(LabelMap map)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal))
        {
            // Each row starts with its filter: none, since indices have no slope to predict.
            byte[] row = new byte[map.Width + 1];
            for (int y = 0; y < map.Height; y++)
            {
                for (int x = 0; x < map.Width; x++)
                {
                    row[x + 1] = (byte)map[x, y];
                }

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }
}
