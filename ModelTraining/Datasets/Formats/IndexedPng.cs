using System.Buffers.Binary;
using System.Text;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// The indices of an indexed PNG. Decoders answer with the palette's colours, and two leaves whose entries are alike
/// would become one; so the file is handed to the decoder as the grey picture that it also is, its palette left out.
/// </summary>
internal static class IndexedPng
{
    private const int Signature = 8;
    private const int HeaderLength = 13;
    private const int ColourTypePlace = 25;

    /// <summary>Reads indices and the palette, 0xRRGGBB an entry.</summary>
    public static (byte[] Indices, int Width, int Height, int[] Palette) Read(byte[] file, PictureFormat format, string name)
    {
        using MemoryStream grey = new(file.Length);
        grey.Write(file.AsSpan(0, Signature));
        int[] palette = [];
        int bits = file[ColourTypePlace - 1];
        for (int place = Signature; place + PngChunk.Overhead <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            string type = Encoding.ASCII.GetString(file, place + 4, 4);
            bool fits = length >= 0 && place + (long)PngChunk.Overhead + length <= file.Length;
            if (!fits || (type == "IHDR" && length != HeaderLength))
            {
                throw new ImageFileException($"{name}: the PNG picture is damaged at byte {place}; make or copy the file again");
            }

            Span<byte> chunk = file.AsSpan(place, length + PngChunk.Overhead);
            if (type == "PLTE")
            {
                palette = Colours(chunk.Slice(8, length));
            }
            else if (type == "IHDR")
            {
                byte[] header = chunk.Slice(8, length).ToArray();
                header[ColourTypePlace - Signature - 8] = 0;
                grey.Write(PngChunk.Of(type, header));
            }
            else if (type is "IDAT" or "IEND")
            {
                grey.Write(chunk);
            }

            place += length + PngChunk.Overhead;
        }

        using Mat decoded = PictureDecoder.DecodeMat(grey.ToArray(), format, ImreadModes.Grayscale, name);
        decoded.GetArray(out byte[] values);
        int spread = 255 / ((1 << bits) - 1); // a grey decoder spreads 1, 2 and 4 bits over 0..255
        return ([.. values.Select(value => (byte)(value / spread))], decoded.Cols, decoded.Rows, palette);
    }

    private static int[] Colours(ReadOnlySpan<byte> palette)
    {
        int[] colours = new int[palette.Length / 3];
        for (int entry = 0; entry < colours.Length; entry++)
        {
            colours[entry] = (palette[entry * 3] << 16) | (palette[(entry * 3) + 1] << 8) | palette[(entry * 3) + 2];
        }

        return colours;
    }
}
