using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>A box as COCO writes it: left, top, width and height in pixels, real numbers; pixel (0, 0) covers 0..1.</summary>
public readonly record struct CocoBox(double X, double Y, double Width, double Height)
{
    public double Area => Width * Height;

    public static CocoBox Of(PixelBox box) => new(box.X1, box.Y1, box.Width, box.Height);

    /// <summary>Area that both have.</summary>
    public double Common(CocoBox other)
    {
        double width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        double height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return width <= 0 || height <= 0 ? 0 : width * height;
    }
}
