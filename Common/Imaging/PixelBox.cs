namespace LeafSeg.Common.Imaging;

/// <summary>An upright box of whole pixels: X1, Y1 is the first pixel, X2, Y2 the one after the last.</summary>
public readonly record struct PixelBox(int X1, int Y1, int X2, int Y2)
{
    /// <summary>Pixels; 0 or less: empty.</summary>
    public int Width => X2 - X1;

    /// <summary>Pixels; 0 or less: empty.</summary>
    public int Height => Y2 - Y1;

    /// <summary>Whether no pixel is inside.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>Larger by a margin on all sides, as far as a picture of this size goes.</summary>
    public PixelBox Grow(int margin, int width, int height) => new(
        Math.Clamp(X1 - margin, 0, width), Math.Clamp(Y1 - margin, 0, height),
        Math.Clamp(X2 + margin, 0, width), Math.Clamp(Y2 + margin, 0, height));
}
