namespace LeafSeg.Common.Imaging;

/// <summary>An upright box of whole pixels: X1, Y1 is the first pixel, X2, Y2 the one after the last.</summary>
public readonly record struct PixelBox(int X1, int Y1, int X2, int Y2)
{
    public int Width => X2 - X1;

    public int Height => Y2 - Y1;
}
