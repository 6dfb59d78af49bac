using System.Buffers.Binary;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>What a picture file says about its pixels before they are decoded: decoding to 8-bit RGB would hide it.</summary>
internal readonly record struct PictureFormat(PictureColours Colours, int Bits, bool HasAlpha)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static bool IsPng(ReadOnlySpan<byte> file) => file.Length > 33 && file.StartsWith(PngSignature);

    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="ImageFileException">Cut off, not a picture, or CMYK whose sense is not known.</exception>
    public static PictureFormat Of(byte[] file, string name)
    {
        if (IsPng(file))
        {
            return OfPng(file, name);
        }

        return file.AsSpan().StartsWith<byte>([0xff, 0xd8]) ? OfJpeg(file, name) : OfDecoded(file, name);
    }

    private static PictureFormat OfPng(ReadOnlySpan<byte> file, string name)
    {
        if (file.LastIndexOf("IEND"u8) < 0)
        {
            throw new ImageFileException($"{name}: the PNG picture is cut off after {file.Length} bytes; make or copy the file again");
        }

        // The header is always the first chunk: length 4, "IHDR" 4, width 4, height 4, bits 1, colour type 1.
        int type = file[25];
        bool transparency = file.IndexOf("tRNS"u8) >= 0 && file.IndexOf("tRNS"u8) < file.IndexOf("IDAT"u8);
        PictureColours colours = type switch { 0 or 4 => PictureColours.Grey, 3 => PictureColours.Indexed, _ => PictureColours.Rgb };
        return new PictureFormat(colours, file[24], type is 4 or 6 || transparency);
    }

    private static PictureFormat OfJpeg(ReadOnlySpan<byte> file, string name)
    {
        bool adobe = false;
        for (int place = 2; place + 9 < file.Length && file[place] == 0xff;)
        {
            byte marker = file[place + 1];
            ReadOnlySpan<byte> segment = file[(place + 2)..];
            adobe |= marker == 0xee && segment[2..].StartsWith("Adobe"u8);
            bool startsFrame = marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);
            if (startsFrame)
            {
                // The end has to come behind it: a camera's small picture, which comes before, has an end of its own.
                return segment.LastIndexOf<byte>([0xff, 0xd9]) < 0
                    ? throw new ImageFileException($"{name}: the JPEG picture is cut off after {file.Length} bytes; make or copy the file again")
                    : OfFrame(bits: segment[2], components: segment[7], adobe, name);
            }

            place += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment);
        }

        throw new ImageFileException($"{name}: a JPEG file without a picture in it; make or copy the file again");
    }

    private static PictureFormat OfFrame(int bits, int components, bool adobe, string name) => components switch
    {
        1 => new PictureFormat(PictureColours.Grey, bits, HasAlpha: false),
        4 when adobe => new PictureFormat(PictureColours.Cmyk, bits, HasAlpha: false),
        4 => throw new ImageFileException(
            $"{name}: a CMYK JPEG that does not say whether 0 or 255 is no ink, expected RGB; save it as RGB"),
        _ => new PictureFormat(PictureColours.Rgb, bits, HasAlpha: false),
    };

    private static PictureFormat OfDecoded(byte[] file, string name)
    {
        using Mat picture = Decode(file, ImreadModes.Unchanged, name);
        PictureColours colours = picture.Channels() < 3 ? PictureColours.Grey : PictureColours.Rgb;
        return new PictureFormat(colours, (int)picture.ElemSize1() * 8, picture.Channels() is 2 or 4);
    }

    /// <summary>Decodes with OpenCV; the caller disposes the picture.</summary>
    /// <exception cref="ImageFileException">Not a picture that OpenCV knows.</exception>
    public static Mat Decode(byte[] file, ImreadModes mode, string name)
    {
        Mat? picture = null;
        string reason = "";
        try
        {
            picture = file.Length == 0 ? null : Cv2.ImDecode(file, mode | ImreadModes.IgnoreOrientation);
        }
        catch (OpenCVException e)
        {
            reason = $" ({e.Message})";
        }

        if (picture is null || picture.Empty())
        {
            picture?.Dispose();
            throw new ImageFileException($"{name}: {file.Length} bytes that are not a whole picture{reason}, expected PNG or JPEG; make the file again");
        }

        return picture;
    }
}
