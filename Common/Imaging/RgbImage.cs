namespace LeafSeg.Common.Imaging;

/// <summary>A picture of 8-bit RGB pixels, row by row from the top left, three bytes a pixel.</summary>
public sealed class RgbImage
{
    /// <summary>Takes pixels, R G B, row by row, [height x width x 3]; they are not copied.</summary>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != width * height * 3)
        {
            throw new ArgumentException($"{width}x{height} RGB takes {width * height * 3} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black picture.</summary>
    public RgbImage(int width, int height)
        : this(width, height, new byte[width * height * 3])
    {
    }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>[Height * Width * 3] bytes: R, G, B of the first pixel of the first row, and so on.</summary>
    public byte[] Pixels { get; }

    /// <summary>Index of the red byte of pixel (x, y) in <see cref="Pixels"/>.</summary>
    public int IndexOf(int x, int y) => ((y * Width) + x) * 3;

    /// <summary>A copy of a part; the picture itself where the part is all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches beyond the picture.</exception>
    public RgbImage Crop(PixelBox part)
    {
        if (part.IsEmpty || part.X1 < 0 || part.Y1 < 0 || part.X2 > Width || part.Y2 > Height)
        {
            throw new ArgumentOutOfRangeException(nameof(part), part, $"A part of a picture of {Width}x{Height} lies inside it and has a size.");
        }

        if (part.Width == Width && part.Height == Height)
        {
            return this;
        }

        RgbImage crop = new(part.Width, part.Height);
        for (int y = 0; y < part.Height; y++)
        {
            Pixels.AsSpan(IndexOf(part.X1, part.Y1 + y), part.Width * 3).CopyTo(crop.Pixels.AsSpan(crop.IndexOf(0, y)));
        }

        return crop;
    }
}
