using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// Fits a picture of any size into the network's input: scaled to touch two sides, placed at the top
/// left, the rest filled with grey. It is resized at pixel centres, and the scale is kept per axis because whole
/// pixels round: a box taken there and back does not move. Labels are never resized.
/// </summary>
public sealed record Letterbox
{
    /// <summary>The grey that fills what the picture leaves free; near zero after normalisation.</summary>
    public const byte Fill = 127;

    private Letterbox(int sourceWidth, int sourceHeight, int size, int? multiple)
    {
        double scale = size / (double)Math.Max(sourceWidth, sourceHeight);
        SourceWidth = sourceWidth;
        SourceHeight = sourceHeight;
        Width = Math.Clamp((int)Math.Round(sourceWidth * scale), 1, size);
        Height = Math.Clamp((int)Math.Round(sourceHeight * scale), 1, size);
        InputWidth = multiple is { } x ? RoundUp(Width, x) : size;
        InputHeight = multiple is { } y ? RoundUp(Height, y) : size;
    }

    /// <summary>Width of the picture, pixels.</summary>
    public int SourceWidth { get; }

    /// <summary>Height of the picture, pixels.</summary>
    public int SourceHeight { get; }

    /// <summary>Width of the network's input in pixels.</summary>
    public int InputWidth { get; }

    /// <summary>Height of the network's input in pixels.</summary>
    public int InputHeight { get; }

    /// <summary>Width of the scaled picture inside the input.</summary>
    public int Width { get; }

    /// <summary>Height of the scaled picture inside the input.</summary>
    public int Height { get; }

    /// <summary>Input pixels a source pixel, along x.</summary>
    public double ScaleX => Width / (double)SourceWidth;

    /// <summary>Input pixels a source pixel, along y.</summary>
    public double ScaleY => Height / (double)SourceHeight;

    /// <summary>Into a square of this side.</summary>
    public static Letterbox Fit(int sourceWidth, int sourceHeight, int size) => Fit(sourceWidth, sourceHeight, size, multiple: null);

    /// <summary>Into the smallest input that holds the picture with this long side; both sides are multiples of a number.</summary>
    public static Letterbox FitTightly(int sourceWidth, int sourceHeight, int longSide, int multiple)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiple);
        return Fit(sourceWidth, sourceHeight, longSide, multiple);
    }

    /// <summary>[SourceHeight, SourceWidth] picture to [InputHeight, InputWidth].</summary>
    public RgbImage Apply(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireSourceSize(image.Width, image.Height);
        RgbImage result = new(InputWidth, InputHeight);
        Array.Fill(result.Pixels, Fill);
        // Averaging when shrinking keeps thin petioles from falling between samples.
        bool mean = Width < SourceWidth;
        if (!OpenCvLibrary.IsThere)
        {
            Resampling.Resize(image, result, Width, Height, mean);
            return result;
        }

        using Mat source = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
        using Mat input = Mat.FromPixelData(InputHeight, InputWidth, MatType.CV_8UC3, result.Pixels);
        using Mat corner = new(input, new Rect(0, 0, Width, Height));
        Cv2.Resize(source, corner, new Size(Width, Height), 0, 0, mean ? InterpolationFlags.Area : InterpolationFlags.Linear);
        return result;
    }

    /// <summary>A box in the network's input to the same box in the picture.</summary>
    public Box ToSource(Box box) => new(
        (float)(box.X1 / ScaleX), (float)(box.Y1 / ScaleY), (float)(box.X2 / ScaleX), (float)(box.Y2 / ScaleY));

    /// <summary>A box in the picture to the same box in the network's input.</summary>
    public Box ToLetterbox(Box box) => new(
        (float)(box.X1 * ScaleX), (float)(box.Y1 * ScaleY), (float)(box.X2 * ScaleX), (float)(box.Y2 * ScaleY));

    private static Letterbox Fit(int sourceWidth, int sourceHeight, int size, int? multiple)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new Letterbox(sourceWidth, sourceHeight, size, multiple);
    }

    private static int RoundUp(int side, int multiple) => (side + multiple - 1) / multiple * multiple;

    private void RequireSourceSize(int width, int height)
    {
        if (width != SourceWidth || height != SourceHeight)
        {
            throw new ArgumentException($"This letterbox is for {SourceWidth}x{SourceHeight} pixels, not {width}x{height}.");
        }
    }
}
