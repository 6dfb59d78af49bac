namespace LeafSeg.Common.Imaging;

/// <summary>A picture of 8-bit RGB pixels, row by row from the top left, three bytes a pixel.</summary>
public sealed class RgbImage
{
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

    public RgbImage(int width, int height)
        : this(width, height, new byte[width * height * 3])
    {
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>[Height * Width * 3] bytes: R, G, B of the first pixel of the first row, and so on.</summary>
    public byte[] Pixels { get; }

    /// <summary>Index of the red byte of pixel (x, y) in <see cref="Pixels"/>.</summary>
    public int IndexOf(int x, int y) => ((y * Width) + x) * 3;
}
