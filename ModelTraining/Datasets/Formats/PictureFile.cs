using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>Reads a picture of any kind as 8-bit RGB and says what that took.</summary>
internal static class PictureFile
{
    /// <param name="path">PNG, JPEG, TIFF, BMP or WebP.</param>
    /// <param name="name">What the picture is called in a finding.</param>
    /// <param name="findings">Gets what was converted.</param>
    /// <param name="page">Of a TIFF file, 1 being the first.</param>
    /// <exception cref="ImageFileException">Missing, cut off, or not a picture.</exception>
    public static DecodedPicture Read(string path, string name, ICollection<Finding> findings, int page = 1)
    {
        DecodedPicture picture = ImageFile.Open(path, page);
        PictureFormat format = picture.Format;
        if (picture.Scale is not null)
        {
            findings.Add(new Finding(format.IsFloat ? FindingKind.FloatingPoint : FindingKind.SixteenBit, name, picture.Scale));
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

        if (format.Orientation != Orientation.Upright)
        {
            findings.Add(new Finding(FindingKind.Turned, name, $"EXIF orientation {(int)format.Orientation}"));
        }

        if (format.Pages > 1)
        {
            findings.Add(new Finding(FindingKind.SeveralPages, name, $"page {page} of {format.Pages}"));
        }

        return picture;
    }

    /// <summary>How many pages a file has; one that cannot be read has one, and will say why.</summary>
    public static int PagesOf(string path)
    {
        try
        {
            return Path.GetExtension(path).StartsWith(".tif", StringComparison.OrdinalIgnoreCase) ? PictureFormat.Of(ReadBytes(path), path).Pages : 1;
        }
        catch (ImageFileException)
        {
            return 1;
        }
    }

    /// <summary>When a picture was taken by its EXIF; null: it does not say.</summary>
    /// <exception cref="ImageFileException">Missing, or cut off.</exception>
    public static DateTime? Taken(string path) => PictureFormat.Of(ReadBytes(path), path).Taken;

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
