using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>Reads a picture of any kind as 8-bit RGB and says what that took.</summary>
internal static class PictureFile
{
    private static readonly HashSet<string> Extensions =
        new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp" };

    public static bool IsNamedAsOne(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <param name="path">PNG, JPEG, TIFF, BMP or WebP.</param>
    /// <param name="name">What the picture is called in a finding.</param>
    /// <param name="findings">Told what was converted.</param>
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    public static RgbImage Read(string path, string name, ICollection<Finding> findings)
    {
        byte[] file = ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        if (format.Bits > 8)
        {
            findings.Add(new Finding(FindingKind.SixteenBit, name, $"{format.Bits} bits a channel"));
        }

        if (format.Colours == PictureColours.Grey)
        {
            findings.Add(new Finding(FindingKind.Grey, name, "one channel"));
        }

        if (format.Colours == PictureColours.Cmyk)
        {
            findings.Add(new Finding(FindingKind.Cmyk, name, "CMYK"));
        }

        if (format.HasAlpha)
        {
            findings.Add(new Finding(FindingKind.Alpha, name, "has an alpha channel; what lies under transparent pixels shows"));
        }

        using Mat bgr = PictureFormat.Decode(file, ImreadModes.Color, path);
        return ImageFile.FromBgr(bgr);
    }

    /// <exception cref="ImageFileException">The file cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException($"{path}: cannot be read ({e.Message})", e);
        }
    }
}
