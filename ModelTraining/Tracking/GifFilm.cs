using System.Text;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>
/// Pictures as an animated GIF (GIF89a): browsers and slides show it, and no other program is needed to make it. OpenCV writes GIF too,
/// but one picture always lasts a second there (findings/opencv-gif-duration.sh).
/// </summary>
internal static class GifFilm
{
    /// <summary>Levels of red, green and blue.</summary>
    private const int Reds = 7, Greens = 8, Blues = 4;

    private const int MinimumCodeSize = 8, Clear = 256, End = 257, MostCodes = 4096;

    /// <summary>Threshold of each pixel of a 4 x 4 square (Bayer 1973), so that few colours look like many.</summary>
    private static readonly int[] Bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    /// <param name="stream">Where to.</param>
    /// <param name="pictures">All of one size.</param>
    /// <param name="hundredths">How long each is shown, in hundredths of a second.</param>
    public static void Write(Stream stream, IReadOnlyList<RgbImage> pictures, int hundredths)
    {
        using BinaryWriter writer = new(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write("GIF89a"u8);
        writer.Write((ushort)pictures[0].Width);
        writer.Write((ushort)pictures[0].Height);
        writer.Write((byte)0xF7);
        writer.Write((byte)0);
        writer.Write((byte)0);
        for (int i = 0; i < 256; i++)
        {
            writer.Write((byte)(i / (Greens * Blues) * 255 / (Reds - 1)));
            writer.Write((byte)(i / Blues % Greens * 255 / (Greens - 1)));
            writer.Write((byte)(i % Blues * 255 / (Blues - 1)));
        }

        // Again and again without end.
        writer.Write((byte[])[0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        foreach (RgbImage picture in pictures)
        {
            writer.Write((byte[])[0x21, 0xF9, 4, 0, (byte)hundredths, (byte)(hundredths >> 8), 0, 0, 0x2C, 0, 0, 0, 0]);
            writer.Write((ushort)picture.Width);
            writer.Write((ushort)picture.Height);
            writer.Write((byte)0);
            writer.Write((byte)MinimumCodeSize);
            byte[] codes = Compress(Colours(picture));
            foreach (byte[] block in codes.Chunk(255))
            {
                writer.Write((byte)block.Length);
                writer.Write(block);
            }

            writer.Write((byte)0);
        }

        writer.Write((byte)0x3B);
    }

    private static byte[] Colours(RgbImage picture)
    {
        byte[] colours = new byte[picture.Width * picture.Height];
        for (int i = 0; i < colours.Length; i++)
        {
            double threshold = (Bayer[(i / picture.Width % 4 * 4) + (i % picture.Width % 4)] + .5) / 16;
            int Level(int channel, int levels) => Math.Min(levels - 1, (int)((picture.Pixels[(3 * i) + channel] / 255.0 * (levels - 1)) + threshold));
            colours[i] = (byte)((((Level(0, Reds) * Greens) + Level(1, Greens)) * Blues) + Level(2, Blues));
        }

        return colours;
    }

    /// <summary>Lempel, Ziv and Welch with codes of 9 to 12 bits, the lowest bit first.</summary>
    private static byte[] Compress(byte[] colours)
    {
        using MemoryStream bytes = new();
        (int bits, int held, int size) = (0, 0, MinimumCodeSize + 1);
        void Put(int code)
        {
            bits |= code << held;
            for (held += size; held >= 8; held -= 8, bits >>= 8)
            {
                bytes.WriteByte((byte)bits);
            }
        }

        Dictionary<int, int> codeOf = [];
        int next = End + 1, prefix = colours[0];
        Put(Clear);
        for (int i = 1; i < colours.Length; i++)
        {
            int key = (prefix << 8) | colours[i];
            if (codeOf.TryGetValue(key, out int known))
            {
                prefix = known;
                continue;
            }

            Put(prefix);
            prefix = colours[i];
            if (next == MostCodes)
            {
                Put(Clear);
                codeOf.Clear();
                (next, size) = (End + 1, MinimumCodeSize + 1);
                continue;
            }

            size += next == 1 << size ? 1 : 0;
            codeOf.Add(key, next++);
        }

        Put(prefix);
        Put(End);
        if (held > 0)
        {
            bytes.WriteByte((byte)bits);
        }

        return bytes.ToArray();
    }
}
