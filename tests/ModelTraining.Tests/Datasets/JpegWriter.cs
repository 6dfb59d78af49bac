namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>
/// CMYK JPEG files, which OpenCV reads and cannot write: flat colours, so that every block is its first coefficient and an
/// end mark. One Huffman code of four bits for each size of a difference, one bit for the end of a block.
/// </summary>
internal static class JpegWriter
{
    /// <param name="path">Where to.</param>
    /// <param name="side">Width and height, a multiple of 8.</param>
    /// <param name="cmyk">As stored: with Adobe's mark 255 is no ink.</param>
    /// <param name="adobe">Write Adobe's mark.</param>
    public static void WriteFlatCmyk(string path, int side, byte[] cmyk, bool adobe)
    {
        List<byte> file = [0xff, 0xd8];
        if (adobe)
        {
            Segment(0xee, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);
        }

        Segment(0xdb, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(0xc0, [8, (byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
        Segment(0xc4, [0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(size => (byte)size)]);
        Segment(0xc4, [0x10, 1, .. new byte[15], 0]);
        Segment(0xda, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
        file.AddRange(Blocks(side / 8 * (side / 8), cmyk));
        file.AddRange([0xff, 0xd9]);
        File.WriteAllBytes(path, [.. file]);

        void Segment(byte marker, byte[] data) => file.AddRange([0xff, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data]);
    }

    /// <summary>Cuts a JPEG file that has a small picture before the large one, as cameras write it: the end of the small one stays.</summary>
    public static void CutOffBehindThumbnail(string path)
    {
        byte[] whole = File.ReadAllBytes(path);
        byte[] thumbnail = [0xff, 0xe1, 0, 12, .. "Exif"u8, 0, 0, 0xff, 0xd8, 0xff, 0xd9];
        File.WriteAllBytes(path, [.. whole[..2], .. thumbnail, .. whole[2..(whole.Length * 3 / 4)]]);
    }

    private static List<byte> Blocks(int blocks, byte[] cmyk)
    {
        List<bool> bits = [];
        for (int block = 0; block < blocks; block++)
        {
            foreach (byte value in cmyk)
            {
                // The first coefficient of a flat block is eight times its level; after the first block nothing changes.
                int difference = block == 0 ? 8 * (value - 128) : 0;
                int size = difference == 0 ? 0 : 32 - int.LeadingZeroCount(Math.Abs(difference));
                Put(size, 4);
                Put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
                Put(0, 1);
            }
        }

        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }

        List<byte> bytes = [];
        foreach (bool[] eight in bits.Chunk(8))
        {
            byte value = (byte)eight.Aggregate(0, (sum, bit) => (sum << 1) | (bit ? 1 : 0));
            bytes.Add(value);
            if (value == 0xff)
            {
                bytes.Add(0);
            }
        }

        return bytes;

        void Put(int value, int count)
        {
            for (int bit = count - 1; bit >= 0; bit--)
            {
                bits.Add(((value >> bit) & 1) != 0);
            }
        }
    }
}
