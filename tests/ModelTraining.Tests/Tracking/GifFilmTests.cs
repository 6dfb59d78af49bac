using System.Buffers.Binary;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Tracking;

namespace LeafSeg.ModelTraining.Tests.Tracking;

public sealed class GifFilmTests
{
    [Fact]
    public void Every_picture_comes_back_in_its_colours()
    {
        // Noise fills the code table several times; flat colour makes the longest codes.
        Random random = new(1);
        RgbImage noise = new(120, 90), flat = new(120, 90);
        random.NextBytes(noise.Pixels);
        Array.Fill(flat.Pixels, (byte)255);
        using MemoryStream film = new();

        GifFilm.Write(film, [noise, flat, noise], hundredths: 20);

        byte[] gif = film.ToArray();
        Assert.Equal("GIF89a"u8.ToArray(), gif[..6]);
        Assert.Equal((120, 90), (BinaryPrimitives.ReadUInt16LittleEndian(gif.AsSpan(6)), BinaryPrimitives.ReadUInt16LittleEndian(gif.AsSpan(8))));
        byte[][] frames = [.. Frames(gif)];
        Assert.Equal(3, frames.Length);
        Assert.Equal(frames[0], frames[2]);
        Assert.All(frames[1], colour => Assert.Equal(7 * 8 * 4 - 1, colour));
        for (int i = 0; i < frames[0].Length; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                // Dithered: within one level of what it was.
                Assert.InRange(gif[13 + (3 * frames[0][i]) + channel] - noise.Pixels[(3 * i) + channel], -86, 86);
            }
        }
    }

    /// <summary>Reads what Write writes as the specification says it is read.</summary>
    private static IEnumerable<byte[]> Frames(byte[] gif)
    {
        int at = 13 + (3 * 256) + 19;
        while (gif[at] == 0x21)
        {
            at += 8 + 10;
            Assert.Equal(8, gif[at++]);
            List<byte> codes = [];
            for (; gif[at] > 0; at += gif[at] + 1)
            {
                codes.AddRange(gif.AsSpan(at + 1, gif[at]));
            }

            at++;
            yield return Decoded(codes);
        }

        Assert.Equal(0x3B, gif[at]);
        Assert.Equal(gif.Length, at + 1);
    }

    private static byte[] Decoded(List<byte> bytes)
    {
        List<byte[]> table = [];
        List<byte> colours = [];
        (int position, int size) = (0, 9);
        byte[]? before = null;
        while (true)
        {
            int code = 0;
            for (int bit = 0; bit < size; bit++, position++)
            {
                code |= ((bytes[position / 8] >> (position % 8)) & 1) << bit;
            }

            if (code == 257)
            {
                return [.. colours];
            }

            if (code == 256)
            {
                table = [.. Enumerable.Range(0, 258).Select(i => new[] { (byte)i })];
                (size, before) = (9, null);
                continue;
            }

            byte[] entry = code < table.Count ? table[code] : [.. before!, before![0]];
            colours.AddRange(entry);
            if (before is not null && table.Count < 4096)
            {
                table.Add([.. before, entry[0]]);
            }

            size = Math.Min(12, table.Count == 1 << size ? size + 1 : size);
            before = entry;
        }
    }
}
