using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// A free turn, a scale and a shift of a picture straight into the network's square input, so that it is sampled only
/// once. Where nothing of the picture lies, one colour does.
/// </summary>
internal sealed class Warp
{
    private readonly int size;
    private readonly double scale;
    private readonly Scalar fill;

    // Input pixel to picture pixel, both counted at pixel centres: x' = m00 x + m01 y + m02, y' alike.
    private readonly double[,] toPicture;

    private Warp(int size, double scale, Scalar fill, double[,] toPicture)
    {
        this.size = size;
        this.scale = scale;
        this.fill = fill;
        this.toPicture = toPicture;
    }

    public static Warp Draw(int width, int height, int size, double minScale, double maxScale, Random random)
    {
        double scale = minScale * Math.Pow(maxScale / minScale, random.NextDouble()) * size / Math.Max(width, height);
        double angle = random.NextDouble() * 2 * Math.PI;
        // A picture that outgrows the frame is shifted, which crops it; a smaller one is put anywhere inside.
        double roam = Math.Abs((Math.Max(width, height) * scale) - size) / 2;
        double shiftX = ((random.NextDouble() * 2) - 1) * roam;
        double shiftY = ((random.NextDouble() * 2) - 1) * roam;
        Scalar fill = new(random.Next(256), random.Next(256), random.Next(256));
        return Of(width, height, size, scale, angle, shiftX, shiftY, fill);
    }

    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="size">Side of the square input.</param>
    /// <param name="scale">Input pixels a picture pixel.</param>
    /// <param name="angle">Radians, clockwise as seen.</param>
    /// <param name="shiftX">Where the picture's centre comes to lie, from the centre of the input.</param>
    /// <param name="shiftY">The same, downwards.</param>
    /// <param name="fill">RGB of what the picture leaves free.</param>
    public static Warp Of(int width, int height, int size, double scale, double angle, double shiftX, double shiftY, Scalar fill)
    {
        double cos = Math.Cos(angle) / scale;
        double sin = Math.Sin(angle) / scale;
        // Pixel i covers i to i + 1: its centre is i + .5 on both sides.
        double x = (size / 2.0) + shiftX - 0.5;
        double y = (size / 2.0) + shiftY - 0.5;
        return new Warp(size, scale, fill, new[,]
        {
            { cos, sin, (width / 2.0) - 0.5 - (cos * x) - (sin * y) },
            { -sin, cos, (height / 2.0) - 0.5 + (sin * x) - (cos * y) },
        });
    }

    public RgbImage Apply(RgbImage image)
    {
        RgbImage result = new(size, size);
        using Mat source = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
        using Mat target = Mat.FromPixelData(size, size, MatType.CV_8UC3, result.Pixels);
        using Mat smooth = new();
        // Sampling a picture at every second pixel would tear thin petioles: first what falls between is taken in.
        bool shrinks = scale < 0.75;
        if (shrinks)
        {
            Cv2.GaussianBlur(source, smooth, new Size(0, 0), 0.4 / scale, 0.4 / scale, BorderTypes.Replicate);
        }

        Sample(shrinks ? smooth : source, target, InterpolationFlags.Linear, fill);
        return result;
    }

    public LabelMap Apply(LabelMap labels)
    {
        LabelMap result = new(size, size);
        using Mat source = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_16UC1, labels.Labels);
        using Mat target = Mat.FromPixelData(size, size, MatType.CV_16UC1, result.Labels);
        Sample(source, target, InterpolationFlags.Nearest, Scalar.All(0));
        return result;
    }

    private void Sample(Mat source, Mat target, InterpolationFlags method, Scalar outside)
    {
        using Mat matrix = Mat.FromPixelData(2, 3, MatType.CV_64FC1, toPicture);
        Cv2.WarpAffine(source, target, matrix, new Size(size, size), method | InterpolationFlags.WarpInverseMap, BorderTypes.Constant, outside);
    }
}
