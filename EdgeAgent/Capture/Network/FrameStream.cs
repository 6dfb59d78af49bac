using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>Pictures one behind the other as another program writes them: PPM (ffmpeg) or PNG (GStreamer), each with its own size.</summary>
internal sealed class FrameStream(Stream source) : IDisposable
{
    private const int LargestSide = 20_000;
    private const long MostBytes = 1_000_000_000;
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];
    private readonly BufferedStream stream = new(source, 1 << 16);

    /// <returns>Null: the stream has ended.</returns>
    /// <exception cref="InvalidDataException">What comes is no picture.</exception>
    /// <exception cref="EndOfStreamException">It ends within a picture.</exception>
    public RgbImage? Read() => stream.ReadByte() switch
    {
        -1 => null,
        'P' => ReadPpm(),
        0x89 => ReadPng(),
        var other => throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"found byte {other}, expected a PPM or PNG picture")),
    };

    public void Dispose() => stream.Dispose();

    private RgbImage ReadPpm()
    {
        if (Word() != "6")
        {
            throw new InvalidDataException("found another kind of PNM, expected a binary PPM (P6)");
        }

        int width = Number(), height = Number();
        if (Number() != 255 || width is < 1 or > LargestSide || height is < 1 or > LargestSide)
        {
            throw new InvalidDataException($"found a PPM of {width}x{height}, expected one of 8 bits and at most {LargestSide} pixels a side");
        }

        RgbImage picture = new(width, height);
        stream.ReadExactly(picture.Pixels);
        return picture;
    }

    private RgbImage ReadPng()
    {
        using MemoryStream whole = new();
        whole.Write(PngSignature);
        stream.ReadExactly(new byte[PngSignature.Length - 1]);
        byte[] head = new byte[8];
        string type;
        do
        {
            stream.ReadExactly(head);
            type = Encoding.ASCII.GetString(head, 4, 4);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (whole.Length + length > MostBytes)
            {
                throw new InvalidDataException("found a PNG chunk of more bytes than a picture has");
            }

            whole.Write(head);
            byte[] body = new byte[length + 4];
            stream.ReadExactly(body);
            whole.Write(body);
        }
        while (type != "IEND");
        return ImageFile.Decode(whole.GetBuffer().AsSpan(0, (int)whole.Length), "a PNG of the stream");
    }

    private int Number() => int.TryParse(Word(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new InvalidDataException("found no number in the head of a PPM");

    /// <summary>The next word, and the one white space behind it.</summary>
    private string Word()
    {
        StringBuilder word = new();
        while (true)
        {
            int next = stream.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException();
            }

            if (!char.IsWhiteSpace((char)next))
            {
                word.Append((char)next);
            }
            else if (word.Length > 0)
            {
                return word.ToString();
            }

            if (word.Length > 20)
            {
                throw new InvalidDataException("found no head of a PPM");
            }
        }
    }
}
