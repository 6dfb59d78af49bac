using System.Globalization;
using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// The one reader of picture files for training and the rig: whatever the file was, 8-bit RGB, upright. Grey is spread,
/// alpha is dropped, more than 8 bits are scaled by what the file states or by its highest value, and the conversion is reported.
/// </summary>
public static class PictureDecoder
{
    /// <param name="file">The whole file; of a TIFF file with several pages, the place of the first is changed.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <param name="page">Of a TIFF file, 1 being the first.</param>
    /// <exception cref="ImageFileException">Not a whole picture, or no such page.</exception>
    public static DecodedPicture Decode(Span<byte> file, string name, int page = 1)
    {
        if (file.IsEmpty)
        {
            throw new ImageFileException($"{name}: the file is empty, expected a PNG or JPEG picture");
        }

        PictureFormat format = PictureFormat.Of(file, name, page);
        bool plain = format.Bits <= 8 && format.Kind != PictureKind.Other;
        using Mat picture = DecodeMat(file, format, plain ? ImreadModes.Color : ImreadModes.Unchanged, name);
        if (format.Kind == PictureKind.Other)
        {
            format = format with
            {
                Colours = picture.Channels() < 3 ? PictureColours.Grey : PictureColours.Rgb,
                Bits = (int)picture.ElemSize1() * 8,
                HasAlpha = picture.Channels() is 2 or 4,
                IsFloat = picture.Depth() is MatType.CV_32F or MatType.CV_64F,
            };
        }

        string? scale = ToBytes(picture, format, name);
        switch (picture.Channels())
        {
            case 1:
                Cv2.CvtColor(picture, picture, ColorConversionCodes.GRAY2BGR);
                break;
            case 2:
                using (Mat grey = picture.ExtractChannel(0))
                {
                    Cv2.CvtColor(grey, picture, ColorConversionCodes.GRAY2BGR);
                }

                break;
            case 4:
                Cv2.CvtColor(picture, picture, ColorConversionCodes.BGRA2BGR);
                break;
        }

        return new DecodedPicture(ImageFile.FromBgr(picture), format, scale);
    }

    /// <summary>Decodes as OpenCV has it, turned upright; the caller disposes the picture.</summary>
    /// <exception cref="ImageFileException">Not a picture that OpenCV knows.</exception>
    public static Mat DecodeMat(Span<byte> file, PictureFormat format, ImreadModes mode, string name)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Pages > 1)
        {
            format.Page!.PutFirst(file);
        }

        Mat? picture = null;
        string reason = "";
        try
        {
            // Unchanged would turn PNG and JPEG by itself or not, by OpenCV's version; the orientation is ours.
            picture = file.IsEmpty ? null : Cv2.ImDecode((ReadOnlySpan<byte>)file, mode == ImreadModes.Unchanged ? mode : mode | ImreadModes.IgnoreOrientation);
        }
        catch (OpenCVException e)
        {
            reason = $" ({e.Message})";
        }

        if (picture is null || picture.Empty())
        {
            picture?.Dispose();
            throw new ImageFileException($"{name}: {file.Length} bytes that are not a whole picture{reason}, expected PNG, JPEG or TIFF; make the file again");
        }

        // With these flags OpenCV applies the orientation of TIFF always, and of no other format.
        if (format.Orientation != Orientation.Upright && format.Kind != PictureKind.Tiff)
        {
            Upright.Turn(picture, format.Orientation);
        }

        return picture;
    }

    /// <summary>Spreads values over 0 to 255, in place.</summary>
    /// <returns>How; null where they were bytes before.</returns>
    private static string? ToBytes(Mat picture, PictureFormat format, string name)
    {
        if (picture.Depth() == MatType.CV_8U)
        {
            return null;
        }

        (double low, double high, string conversion) = picture.Depth() is MatType.CV_32F or MatType.CV_64F
            ? FloatLimits(picture, format, name)
            : WholeLimits(picture, format, name);
        double factor = 255 / (high - low), offset = -low * factor;
        using Mat bytes = new();
        picture.ConvertTo(bytes, MatType.CV_8U, format.ZeroIsWhite ? -factor : factor, format.ZeroIsWhite ? 255 - offset : offset);
        bytes.CopyTo(picture);
        return conversion;
    }

    private static (double, double, string) FloatLimits(Mat picture, PictureFormat format, string name)
    {
        picture.ConvertTo(picture, MatType.CV_32F);
        Cv2.PatchNaNs(picture, 0);
        (double lowest, double highest) = Limits(picture);
        if (!double.IsFinite(lowest) || !double.IsFinite(highest))
        {
            throw new ImageFileException($"{name}: floating-point values without an end, expected 0 to 1 or finite ones; save the picture with 8 or 16 bits a channel");
        }

        if (lowest >= 0 && (format.Highest ?? 1) >= highest)
        {
            double limit = format.Highest ?? 1;
            return (0, limit, string.Create(CultureInfo.InvariantCulture, $"floating-point values, 0 to {limit:0.####} spread over 0 to 255"));
        }

        return (lowest, highest > lowest ? highest : lowest + 1, string.Create(
            CultureInfo.InvariantCulture, $"floating-point values, the file's own {lowest:0.####} to {highest:0.####} spread over 0 to 255"));
    }

    private static (double, double, string) WholeLimits(Mat picture, PictureFormat format, string name)
    {
        (double lowest, double highest) = Limits(picture);
        if (lowest < 0)
        {
            throw new ImageFileException($"{name}: values below 0 ({lowest}), expected 0 and more; save the picture with 8 or 16 bits a channel");
        }

        if (format.Highest is double said && said >= highest)
        {
            return (0, said, string.Create(CultureInfo.InvariantCulture, $"{format.Bits} bits a channel, {said:0} being full by what the file says"));
        }

        if (picture.Depth() == MatType.CV_16U && AreRepeatedBytes(picture))
        {
            return (0, ushort.MaxValue, $"{format.Bits} bits a channel");
        }

        int[] usual = [8, 10, 12, 14, 16, 24];
        int bits = usual.FirstOrDefault(bits => highest < Math.Pow(2, bits), 32);
        return (0, Math.Pow(2, bits) - 1, string.Create(
            CultureInfo.InvariantCulture,
            $"{format.Bits} bits a channel{(bits < format.Bits ? $", scaled as {bits} bits by its highest value {highest:0}" : "")}"));
    }

    /// <summary>8-bit values that a program has written with 16 bits: each byte twice, so that 255 is 65535.</summary>
    private static bool AreRepeatedBytes(Mat picture)
    {
        using Mat flat = picture.Reshape(1);
        flat.GetArray(out ushort[] values);
        return Array.TrueForAll(values, value => value % 257 == 0);
    }

    private static (double Lowest, double Highest) Limits(Mat picture)
    {
        using Mat flat = picture.Reshape(1);
        Cv2.MinMaxLoc(flat, out double lowest, out double highest);
        return (lowest, highest);
    }
}
