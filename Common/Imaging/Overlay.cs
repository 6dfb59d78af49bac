using System.Globalization;
using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// A picture with its leaves drawn on it: an outline in a colour that a leaf of this number always has, just inside the
/// leaf, so that two leaves that touch show two lines; and the leaf's number where the leaf is widest.
/// </summary>
public static class Overlay
{
    /// <summary>Far from green and from soil, and neighbours in the list far from one another (RGB).</summary>
    private static readonly (byte R, byte G, byte B)[] Colours =
    [
        (255, 45, 200), (0, 229, 255), (255, 140, 0), (70, 110, 255), (255, 235, 0), (255, 50, 50),
        (170, 90, 255), (255, 255, 255), (255, 160, 200), (150, 200, 255), (255, 200, 120), (200, 0, 120),
    ];

    private static readonly (byte R, byte G, byte B) Unnumbered = (190, 190, 190);

    /// <summary>After so many leaves their colours begin again.</summary>
    public static int ColourCount => Colours.Length;

    /// <summary>The colour of a leaf's outline; stable over pictures for the same number.</summary>
    public static (byte R, byte G, byte B) ColourOf(int leaf) => Colours[(leaf - 1) % Colours.Length];

    /// <summary>Draws the leaves on a copy of the picture.</summary>
    /// <exception cref="ArgumentException">Picture and map differ in size.</exception>
    public static RgbImage Draw(RgbImage picture, LabelMap leaves, OverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(leaves);
        options ??= new OverlayOptions();
        if (picture.Width != leaves.Width || picture.Height != leaves.Height)
        {
            throw new ArgumentException(
                $"The picture is {picture.Width}x{picture.Height}, the label map {leaves.Width}x{leaves.Height}; they must be of one size.",
                nameof(leaves));
        }

        int side = Math.Max(picture.Width, picture.Height);
        int lineWidth = options.LineWidthPx ?? Math.Max(2, side / 500);
        RgbImage drawn = new(picture.Width, picture.Height, [.. picture.Pixels]);
        using Mat canvas = Mat.FromPixelData(drawn.Height, drawn.Width, MatType.CV_8UC3, drawn.Pixels);
        using Mat labels = Mat.FromPixelData(leaves.Height, leaves.Width, MatType.CV_16UC1, leaves.Labels);
        List<(int Leaf, Point Place, int Height)> numbers = [];
        foreach (PixelSums found in PixelSums.OfEachLabel(leaves))
        {
            int? leaf = options.NumberOf is null ? found.Label : options.NumberOf(found.Label);
            Rect box = new(found.Box.X1, found.Box.Y1, found.Box.Width, found.Box.Height);
            using Mat part = new(labels, box);
            using Mat mask = new();
            Cv2.InRange(part, new Scalar(found.Label), new Scalar(found.Label), mask);
            using Mat place = new(canvas, box);
            Paint(place, mask, leaf is { } known ? ColourOf(known) : Unnumbered, options.Fill, lineWidth);
            if (options.Numbers && leaf is { } number)
            {
                (Point middle, double radius) = WidestPlace(mask);
                numbers.Add((number, middle + box.Location, (int)Math.Clamp(radius, 9, Math.Max(12, side / 30.0))));
            }
        }

        // After all leaves, so that no outline crosses a number.
        foreach ((int leaf, Point place, int height) in numbers)
        {
            Write(canvas, leaf.ToString(CultureInfo.InvariantCulture), place, height);
        }

        return drawn;
    }

    private static void Paint(Mat place, Mat mask, (byte R, byte G, byte B) rgb, double fill, int lineWidth)
    {
        Scalar colour = new(rgb.R, rgb.G, rgb.B);
        if (fill > 0)
        {
            using Mat flat = new(place.Size(), place.Type(), colour);
            using Mat mixed = new();
            Cv2.AddWeighted(flat, fill, place, 1 - fill, 0, mixed);
            mixed.CopyTo(place, mask);
        }

        using Mat disc = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size((2 * lineWidth) + 1, (2 * lineWidth) + 1));
        using Mat inner = new();
        Cv2.Erode(mask, inner, disc, borderType: BorderTypes.Constant, borderValue: new Scalar(0));
        using Mat outline = new();
        Cv2.Subtract(mask, inner, outline);
        place.SetTo(colour, outline);
    }

    private static (Point Middle, double Radius) WidestPlace(Mat mask)
    {
        using Mat padded = new();
        Cv2.CopyMakeBorder(mask, padded, 1, 1, 1, 1, BorderTypes.Constant, new Scalar(0));
        using Mat distance = new();
        Cv2.DistanceTransform(padded, distance, DistanceTypes.L2, DistanceTransformMasks.Mask5);
        Cv2.MinMaxLoc(distance, out _, out double radius, out _, out Point middle);
        return (middle - new Point(1, 1), radius);
    }

    private static void Write(Mat canvas, string text, Point middle, int height)
    {
        const HersheyFonts Font = HersheyFonts.HersheySimplex;
        double scale = height / 21.0;
        int stroke = Math.Max(1, (int)Math.Round(height / 10.0));
        Size size = Cv2.GetTextSize(text, Font, scale, stroke, out _);
        Point origin = new(middle.X - (size.Width / 2), middle.Y + (size.Height / 2));
        Cv2.PutText(canvas, text, origin, Font, scale, new Scalar(0, 0, 0), stroke + 2, LineTypes.AntiAlias);
        Cv2.PutText(canvas, text, origin, Font, scale, new Scalar(255, 255, 255), stroke, LineTypes.AntiAlias);
    }
}
