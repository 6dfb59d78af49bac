using System.Globalization;

namespace LeafSeg.Common.Imaging;

/// <summary>When a picture was taken: EXIF's DateTimeOriginal, or DateTime where that is not there.</summary>
internal static class ExifTime
{
    private const int ExifPointer = 0x8769;
    private const int DateTimeOriginal = 0x9003;
    private const int DateTimeTag = 0x0132;

    /// <returns>Null: none, or the zeros that cameras without a clock write.</returns>
    public static DateTime? Of(TiffDirectory main, ReadOnlySpan<byte> file)
    {
        string? text = main.Below(ExifPointer, file)?.Text(DateTimeOriginal) ?? main.Text(DateTimeTag);
        return DateTime.TryParseExact(text?.Trim(), "yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime taken) ? taken : null;
    }
}
