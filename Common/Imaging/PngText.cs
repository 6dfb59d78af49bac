using System.Buffers.Binary;
using System.Text;

namespace LeafSeg.Common.Imaging;

/// <summary>Texts inside a PNG file, in UTF-8 and not compressed (iTXt; PNG specification, 3rd edition, 11.3.3.4), right behind its header.</summary>
internal static class PngText
{
    private const string Chunk = "iTXt";

    /// <summary>Bytes of signature and header, which every PNG begins with.</summary>
    private const int Head = 33;

    /// <summary>Between keyword and text: the keyword's end, no compression, its method, no language, no translated keyword.</summary>
    private static ReadOnlySpan<byte> Between => [0, 0, 0, 0, 0];

    /// <param name="png">The whole file.</param>
    /// <param name="texts">By keyword, which has 1 to 79 Latin letters.</param>
    public static byte[] Add(ReadOnlySpan<byte> png, IEnumerable<KeyValuePair<string, string>> texts)
    {
        using MemoryStream file = new(png.Length + 512);
        file.Write(png[..Head]);
        foreach ((string keyword, string text) in texts)
        {
            file.Write(PngChunk.Of(Chunk, [.. Encoding.Latin1.GetBytes(keyword), .. Between, .. Encoding.UTF8.GetBytes(text)]));
        }

        file.Write(png[Head..]);
        return file.ToArray();
    }

    /// <param name="png">The file, or its beginning: texts that are not whole are passed over.</param>
    /// <returns>Empty where there are none, or where it is no PNG.</returns>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> png)
    {
        Dictionary<string, string> texts = [];
        for (int place = Head; PictureFormat.IsPng(png) && place + PngChunk.Overhead <= png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png[place..]);
            if (length < 0 || length > png.Length - place - PngChunk.Overhead)
            {
                break;
            }

            ReadOnlySpan<byte> content = png.Slice(place + 8, length);
            int end = content.IndexOf((byte)0);
            if (png.Slice(place + 4, 4).SequenceEqual("iTXt"u8) && end > 0 && content[end..].StartsWith(Between))
            {
                texts[Encoding.Latin1.GetString(content[..end])] = Encoding.UTF8.GetString(content[(end + Between.Length)..]);
            }

            place += length + PngChunk.Overhead;
        }

        return texts;
    }
}
