using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Synthesis;

/// <summary>Photographs without plants, for rendered plants to stand on.</summary>
public sealed class BackgroundPlates
{
    /// <summary>Larger photographs are reduced as they are read, so that hundreds of them fit into memory.</summary>
    private const int LongestShortSidePx = 1024;

    private const int SmallestSidePx = 64;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"];

    private BackgroundPlates(IReadOnlyList<RgbImage> pictures) => Pictures = pictures;

    /// <summary>How many there are.</summary>
    public int Count => Pictures.Count;

    internal IReadOnlyList<RgbImage> Pictures { get; }

    /// <summary>Reads every PNG, JPEG, BMP, TIFF and WebP picture of a folder, in the order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ImageFileException">A picture cannot be read or is too small, or there is none.</exception>
    public static BackgroundPlates Read(string folder, CancellationToken cancellation = default)
    {
        string[] files = [.. Directory.EnumerateFiles(folder)
            .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new ImageFileException($"{folder}: holds no picture, expected background plates ({string.Join(", ", Extensions)}) without plants on them");
        }

        List<RgbImage> pictures = [];
        foreach (string file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            RgbImage picture = ImageFile.Read(file);
            if (Math.Min(picture.Width, picture.Height) < SmallestSidePx)
            {
                throw new ImageFileException(
                    $"{file}: is {picture.Width} x {picture.Height} pixels, expected {SmallestSidePx} or more each way; take it out of the folder");
            }

            pictures.Add(Reduced(picture));
        }

        return new BackgroundPlates(pictures);
    }

    private static RgbImage Reduced(RgbImage picture)
    {
        int side = Math.Min(picture.Width, picture.Height);
        if (side <= LongestShortSidePx)
        {
            return picture;
        }

        using Mat large = ImageFile.ToBgr(picture);
        using Mat small = new();
        Cv2.Resize(large, small, new Size(picture.Width * LongestShortSidePx / side, picture.Height * LongestShortSidePx / side), 0, 0, InterpolationFlags.Area);
        return ImageFile.FromBgr(small);
    }
}
