using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Capture.Genicam;

namespace LeafSeg.EdgeAgent.Tests.Capture.Genicam;

public sealed class GenicamPixelsTests
{
    private const int Width = 8;
    private const int Height = 6;
    private static readonly (byte Red, byte Green, byte Blue) Colour = (200, 120, 40);

    /// <summary>PFNC's number, its pattern from the top left, and the bits of a value.</summary>
    public static TheoryData<uint, string, int> Patterns => new()
    {
        { 0x01080008, "GRBG", 8 }, { 0x01080009, "RGGB", 8 }, { 0x0108000A, "GBRG", 8 }, { 0x0108000B, "BGGR", 8 },
        { 0x0110000C, "GRBG", 10 }, { 0x0110000D, "RGGB", 10 }, { 0x0110000E, "GBRG", 10 }, { 0x0110000F, "BGGR", 10 },
        { 0x01100010, "GRBG", 12 }, { 0x01100011, "RGGB", 12 }, { 0x01100012, "GBRG", 12 }, { 0x01100013, "BGGR", 12 },
        { 0x0110002E, "GRBG", 16 }, { 0x0110002F, "RGGB", 16 }, { 0x01100030, "GBRG", 16 }, { 0x01100031, "BGGR", 16 },
        { 0x02180014, "RGB", 8 }, { 0x02180015, "BGR", 8 },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_plain_colour_comes_out_as_it_is(uint code, string pattern, int bits)
    {
        RgbImage picture = Read(code, [.. Packed(pattern, bits)]);
        for (int i = 0; i < picture.Pixels.Length; i += 3)
        {
            Assert.Equal((Colour.Red, Colour.Green, Colour.Blue), (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]));
        }
    }

    [Theory]
    [InlineData(0x01080001, 8)]
    [InlineData(0x01100003, 10)]
    [InlineData(0x01100005, 12)]
    [InlineData(0x01100007, 16)]
    public void Grey_is_grey(uint code, int bits)
    {
        RgbImage picture = Read(code, [.. Packed("B", bits)]);
        Assert.All(picture.Pixels, value => Assert.Equal(Colour.Blue, value));
    }

    [Theory]
    [InlineData(0x0210001F, new byte[] { 128, 90, 128, 90 })]
    [InlineData(0x02100032, new byte[] { 90, 128, 90, 128 })]
    public void Luma_and_chroma_are_read_in_their_order(uint code, byte[] twoPixels)
    {
        RgbImage picture = Read(code, [.. Enumerable.Repeat(twoPixels, Width * Height / 2).SelectMany(bytes => bytes)]);
        Assert.All(picture.Pixels, value => Assert.InRange(value, 84, 92));
    }

    [Fact]
    public void Bytes_behind_each_row_are_passed_over()
    {
        byte[] rows = [.. Enumerable.Range(0, Height).SelectMany(y => Enumerable.Repeat((byte)y, Width).Concat(new byte[] { 255, 255, 255, 255 }))];
        RgbImage picture = Read(0x01080001, rows, padding: 4);
        Assert.All(Enumerable.Range(0, Height), y => Assert.Equal(y, picture.Pixels[picture.IndexOf(Width - 1, y)]));
    }

    [Fact]
    public void Too_few_bytes_and_a_packed_format_are_refused()
    {
        InvalidDataException few = Assert.Throws<InvalidDataException>(() => Read(0x02180014, new byte[Width * Height]));
        Assert.Contains("found 48 bytes for 8 x 6 pixels of RGB8, expected 144", few.Message, StringComparison.Ordinal);
        InvalidDataException packed = Assert.Throws<InvalidDataException>(() => Read(0x010c002b, new byte[Width * Height * 2]));
        Assert.Contains("0x010c002b", packed.Message, StringComparison.Ordinal);
        Assert.Contains("BayerRG8", packed.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<byte> Packed(string pattern, int bits)
    {
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                string letters = pattern.Length == 4 ? $"{pattern[(y % 2 * 2) + (x % 2)]}" : pattern;
                foreach (char letter in letters)
                {
                    int value = (letter == 'R' ? Colour.Red : letter == 'G' ? Colour.Green : Colour.Blue) << (bits - 8);
                    yield return (byte)value;
                    if (bits > 8)
                    {
                        yield return (byte)(value >> 8);
                    }
                }
            }
        }
    }

    private static RgbImage Read(uint code, byte[] bytes, int padding = 0)
    {
        GCHandle pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        try
        {
            return GenicamPixels.ToRgb(code, Width, Height, pinned.AddrOfPinnedObject(), bytes.Length, padding);
        }
        finally
        {
            pinned.Free();
        }
    }
}
