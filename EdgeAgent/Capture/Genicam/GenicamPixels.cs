using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Capture.Genicam;

/// <summary>The pixel formats of GenICam's naming convention (PFNC) that can be read: all that are not packed into fewer bits.</summary>
internal static class GenicamPixels
{
    // OpenCV names a Bayer pattern by the second row's second and third pixel, PFNC by the first row's first two and the next below.
    private static readonly Format[] Formats =
    [
        new("Mono8", 0x01080001, MatType.CV_8UC1, 8, ColorConversionCodes.GRAY2RGB),
        new("Mono10", 0x01100003, MatType.CV_16UC1, 10, ColorConversionCodes.GRAY2RGB),
        new("Mono12", 0x01100005, MatType.CV_16UC1, 12, ColorConversionCodes.GRAY2RGB),
        new("Mono16", 0x01100007, MatType.CV_16UC1, 16, ColorConversionCodes.GRAY2RGB),
        new("BayerGR8", 0x01080008, MatType.CV_8UC1, 8, ColorConversionCodes.BayerGB2RGB),
        new("BayerRG8", 0x01080009, MatType.CV_8UC1, 8, ColorConversionCodes.BayerBG2RGB),
        new("BayerGB8", 0x0108000A, MatType.CV_8UC1, 8, ColorConversionCodes.BayerGR2RGB),
        new("BayerBG8", 0x0108000B, MatType.CV_8UC1, 8, ColorConversionCodes.BayerRG2RGB),
        new("BayerGR10", 0x0110000C, MatType.CV_16UC1, 10, ColorConversionCodes.BayerGB2RGB),
        new("BayerRG10", 0x0110000D, MatType.CV_16UC1, 10, ColorConversionCodes.BayerBG2RGB),
        new("BayerGB10", 0x0110000E, MatType.CV_16UC1, 10, ColorConversionCodes.BayerGR2RGB),
        new("BayerBG10", 0x0110000F, MatType.CV_16UC1, 10, ColorConversionCodes.BayerRG2RGB),
        new("BayerGR12", 0x01100010, MatType.CV_16UC1, 12, ColorConversionCodes.BayerGB2RGB),
        new("BayerRG12", 0x01100011, MatType.CV_16UC1, 12, ColorConversionCodes.BayerBG2RGB),
        new("BayerGB12", 0x01100012, MatType.CV_16UC1, 12, ColorConversionCodes.BayerGR2RGB),
        new("BayerBG12", 0x01100013, MatType.CV_16UC1, 12, ColorConversionCodes.BayerRG2RGB),
        new("BayerGR16", 0x0110002E, MatType.CV_16UC1, 16, ColorConversionCodes.BayerGB2RGB),
        new("BayerRG16", 0x0110002F, MatType.CV_16UC1, 16, ColorConversionCodes.BayerBG2RGB),
        new("BayerGB16", 0x01100030, MatType.CV_16UC1, 16, ColorConversionCodes.BayerGR2RGB),
        new("BayerBG16", 0x01100031, MatType.CV_16UC1, 16, ColorConversionCodes.BayerRG2RGB),
        new("RGB8", 0x02180014, MatType.CV_8UC3, 8, null),
        new("BGR8", 0x02180015, MatType.CV_8UC3, 8, ColorConversionCodes.BGR2RGB),
        new("YUV422_8_UYVY", 0x0210001F, MatType.CV_8UC2, 8, ColorConversionCodes.YUV2RGB_UYVY),
        new("YUV422_8", 0x02100032, MatType.CV_8UC2, 8, ColorConversionCodes.YUV2RGB_YUYV),
    ];

    public static IEnumerable<string> Names => Formats.Select(format => format.Name);

    public static bool CanRead(uint code) => Formats.Any(format => format.Code == code);

    /// <summary>PFNC's name, or its number where it is none of these.</summary>
    public static string NameOf(uint code) => Formats.FirstOrDefault(format => format.Code == code)?.Name ?? $"0x{code:x8}";

    /// <summary>A picture as the camera packs it, to 8-bit RGB.</summary>
    /// <param name="code">PFNC's number of the format.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="data">Its first byte.</param>
    /// <param name="bytes">How many there are.</param>
    /// <param name="padding">Bytes behind each row.</param>
    /// <exception cref="InvalidDataException">Another format, or too few bytes.</exception>
    public static RgbImage ToRgb(uint code, int width, int height, nint data, long bytes, int padding)
    {
        Format format = Formats.FirstOrDefault(format => format.Code == code)
            ?? throw new InvalidDataException($"found the pixel format {NameOf(code)}, expected one of {string.Join(", ", Names)}");
        long step = ((long)width * format.Type.Channels * (format.Bits > 8 ? 2 : 1)) + padding;
        if (width < 1 || height < 1 || bytes < (step * height) - padding)
        {
            throw new InvalidDataException($"found {bytes} bytes for {width} x {height} pixels of {format.Name}, expected {step * height}");
        }

        using Mat packed = Mat.FromPixelData(height, width, format.Type, data, step);
        using Mat narrowed = new();
        if (format.Bits > 8)
        {
            packed.ConvertTo(narrowed, MatType.CV_8UC1, 1.0 / (1 << (format.Bits - 8)));
        }

        RgbImage picture = new(width, height);
        using Mat rgb = Mat.FromPixelData(height, width, MatType.CV_8UC3, picture.Pixels);
        Mat narrow = format.Bits > 8 ? narrowed : packed;
        if (format.Conversion is { } conversion)
        {
            Cv2.CvtColor(narrow, rgb, conversion);
        }
        else
        {
            narrow.CopyTo(rgb);
        }

        return picture;
    }

    /// <param name="Name">As PFNC has it.</param>
    /// <param name="Code">As PFNC has it: what a buffer is marked with.</param>
    /// <param name="Type">How a pixel lies in memory.</param>
    /// <param name="Bits">Bits of a value that count.</param>
    /// <param name="Conversion">To RGB; null: it is RGB.</param>
    private sealed record Format(string Name, uint Code, MatType Type, int Bits, ColorConversionCodes? Conversion);
}
