using System.Buffers.Binary;

namespace LeafSeg.Common.Imaging;

/// <summary>What a picture file says about its pixels before they are decoded: 8-bit RGB would hide it.</summary>
public sealed record PictureFormat
{
    private const int OrientationTag = 274;

    /// <summary>What a pixel is made of.</summary>
    public PictureColours Colours { get; init; } = PictureColours.Rgb;

    /// <summary>Of a channel, as stored.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Whether there is a channel of transparency.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>How the stored pixels lie; decoded pictures are upright.</summary>
    public Orientation Orientation { get; init; } = Orientation.Upright;

    /// <summary>Pages of the file: more than one in TIFF alone.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>Values are floating-point numbers.</summary>
    public bool IsFloat { get; init; }

    /// <summary>Highest value by what the file states, where that is less than its bits could hold.</summary>
    public double? Highest { get; init; }

    /// <summary>When it was taken by EXIF, local time of the camera; null: the file does not say.</summary>
    public DateTime? Taken { get; init; }

    internal PictureKind Kind { get; init; } = PictureKind.Other;

    /// <summary>0 is white, in a form that OpenCV does not turn round by itself.</summary>
    internal bool ZeroIsWhite { get; init; }

    /// <summary>TIFF: where the page's directory begins.</summary>
    internal TiffDirectory? Page { get; init; }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Whether the bytes begin as a PNG file does and continue past its header.</summary>
    public static bool IsPng(ReadOnlySpan<byte> file) => file.Length > 33 && file.StartsWith(PngSignature);

    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <param name="page">Of a TIFF file, 1 being the first.</param>
    /// <exception cref="ImageFileException">Cut off, no such page, or CMYK whose sense is not known.</exception>
    public static PictureFormat Of(ReadOnlySpan<byte> file, string name, int page = 1)
    {
        PictureFormat format = IsPng(file) ? OfPng(file, name)
            : file.StartsWith<byte>([0xff, 0xd8]) ? OfJpeg(file, name)
            : TiffDirectory.IsTiff(file) ? OfTiff(file, name, page)
            : IsWebP(file) ? OfWebP(file)
            : new PictureFormat();
        return page <= format.Pages
            ? format
            : throw new ImageFileException($"{name}: page {page} is requested and the file has {format.Pages}; choose one from 1 to {format.Pages}");
    }

    private static PictureFormat OfPng(ReadOnlySpan<byte> file, string name)
    {
        if (file.LastIndexOf("IEND"u8) < 0)
        {
            throw new ImageFileException($"{name}: the PNG picture is cut off after {file.Length} bytes, not a whole picture; make or copy the file again");
        }

        // The header is always the first chunk: length 4, "IHDR" 4, width 4, height 4, bits 1, colour type 1.
        int type = file[25], bits = file[24];
        PictureFormat format = new()
        {
            Kind = PictureKind.Png,
            Colours = type switch { 0 or 4 => PictureColours.Grey, 3 => PictureColours.Indexed, _ => PictureColours.Rgb },
            Bits = bits,
            HasAlpha = type is 4 or 6,
        };
        for (long place = 33; place + 12 <= file.Length;)
        {
            int at = (int)place;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> chunk = file.Slice(at + 8, (int)Math.Min(length, (uint)(file.Length - at - 12)));
            ReadOnlySpan<byte> kind = file.Slice(at + 4, 4);
            if (kind.SequenceEqual("tRNS"u8))
            {
                format = format with { HasAlpha = true };
            }
            else if (kind.SequenceEqual("sBIT"u8) && bits == 16 && chunk.Length > 0 && chunk[0] is > 0 and < 16)
            {
                format = format with { Highest = (1 << chunk[0]) - 1 };
            }
            else if (kind.SequenceEqual("eXIf"u8))
            {
                format = format.With(chunk);
            }

            place += length + 12L;
        }

        return format;
    }

    private static PictureFormat OfJpeg(ReadOnlySpan<byte> file, string name)
    {
        bool adobe = false;
        PictureFormat format = new() { Kind = PictureKind.Jpeg };
        for (int place = 2; place + 9 < file.Length;)
        {
            // Any number of fill bytes 0xFF may stand before a marker (ITU-T T.81, B.1.1.2); decoders skip what is no marker.
            byte marker = file[place + 1];
            if (file[place] != 0xff || marker is 0 or 0xff)
            {
                place++;
                continue;
            }

            ReadOnlySpan<byte> segment = file[(place + 2)..];
            if (marker is 0x01 or (>= 0xd0 and <= 0xd8))
            {
                place += 2;
                continue;
            }

            adobe |= marker == 0xee && segment[2..].StartsWith("Adobe"u8);
            int length = BinaryPrimitives.ReadUInt16BigEndian(segment);
            if (marker == 0xe1 && length > 8 && segment[2..].StartsWith("Exif\0\0"u8))
            {
                format = format.With(segment[8..Math.Min(length, segment.Length)]);
            }

            bool startsFrame = marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);
            if (startsFrame)
            {
                // The end has to come behind it: a camera's small picture, which comes before, has an end of its own.
                return segment.LastIndexOf<byte>([0xff, 0xd9]) < 0
                    ? throw new ImageFileException($"{name}: the JPEG picture is cut off after {file.Length} bytes, not a whole picture; make or copy the file again")
                    : format.OfFrame(bits: segment[2], components: segment[7], adobe, name);
            }

            place += 2 + length;
        }

        throw new ImageFileException($"{name}: a JPEG file without a picture in it; make or copy the file again");
    }

    private PictureFormat OfFrame(int bits, int components, bool adobe, string name) => components switch
    {
        1 => this with { Colours = PictureColours.Grey, Bits = bits },
        4 when adobe => this with { Colours = PictureColours.Cmyk, Bits = bits },
        4 => throw new ImageFileException(
            $"{name}: a CMYK JPEG that does not say whether 0 or 255 is no ink, expected RGB; save it as RGB"),
        _ => this with { Bits = bits },
    };

    private static PictureFormat OfTiff(ReadOnlySpan<byte> file, string name, int page)
    {
        const int Bits = 258, Photometric = 262, Samples = 277, MaxSample = 281, Extra = 338, SampleFormat = 339, SMax = 341;
        IReadOnlyList<TiffDirectory> pages = TiffDirectory.All(file);
        if (pages.Count == 0)
        {
            throw new ImageFileException($"{name}: the TIFF file has no whole page; it is damaged or cut off, make or copy it again");
        }

        TiffDirectory directory = pages[Math.Min(page, pages.Count) - 1];
        int bits = (int)(directory.Number(Bits) ?? 1);
        double photometric = directory.Number(Photometric) ?? 1;
        bool isFloat = directory.Number(SampleFormat) == 3;
        double full = Math.Pow(2, bits) - 1;
        double? highest = directory.Number(MaxSample) ?? directory.Number(SMax);
        return new PictureFormat
        {
            Kind = PictureKind.Tiff,
            Colours = photometric switch { 3 => PictureColours.Indexed, 5 => PictureColours.Cmyk, 0 or 1 => PictureColours.Grey, _ => PictureColours.Rgb },
            Bits = bits,
            HasAlpha = directory.Number(Extra) is 1 or 2 && directory.Number(Samples) is 2 or 4,
            Orientation = Upright.Of(directory.Number(OrientationTag)),
            Pages = pages.Count,
            IsFloat = isFloat,
            Highest = highest > 0 && (isFloat || (bits > 8 && highest < full)) ? highest : null,
            ZeroIsWhite = photometric == 0 && bits > 8,
            Page = directory,
            Taken = ExifTime.Of(directory, file),
        };
    }

    private static bool IsWebP(ReadOnlySpan<byte> file) => file.Length > 16 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    private static PictureFormat OfWebP(ReadOnlySpan<byte> file)
    {
        PictureFormat format = new();
        for (long place = 12; place + 8 <= file.Length;)
        {
            int at = (int)place;
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (file[at..].StartsWith("EXIF"u8))
            {
                ReadOnlySpan<byte> exif = file.Slice(at + 8, (int)Math.Min(length, (uint)(file.Length - at - 8)));
                return format.With(exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif);
            }

            place += 8L + length + (length & 1);
        }

        return format;
    }

    private PictureFormat With(ReadOnlySpan<byte> exif) => TiffDirectory.All(exif) is [TiffDirectory main, ..]
        ? this with { Orientation = Upright.Of(main.Number(OrientationTag)), Taken = ExifTime.Of(main, exif) }
        : this;
}
