using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration.Lens;

/// <summary>Takes a lens's distortion out of pictures.</summary>
internal sealed class LensCorrection : IDisposable
{
    private readonly Mat x = new();
    private readonly Mat y = new();

    public LensCorrection(CameraLens lens)
    {
        Lens = lens;
        using Mat camera = Matrix(lens.CameraMatrix);
        using Mat corrected = Matrix(lens.CorrectedMatrix);
        using Mat distortion = Mat.FromPixelData(1, lens.Distortion.Count, MatType.CV_64FC1, lens.Distortion.ToArray());
        using Mat none = new();
        Cv2.InitUndistortRectifyMap(camera, distortion, none, corrected, new Size(lens.Width, lens.Height), MatType.CV_16SC2, x, y);
    }

    public CameraLens Lens { get; }

    public bool Fits(RgbImage picture) => Lens.Size == (picture.Width, picture.Height);

    /// <summary>A picture of the same size, as a camera without distortion would have taken it.</summary>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public RgbImage Apply(RgbImage picture)
    {
        if (!Fits(picture))
        {
            throw new ArgumentException($"The lens was calibrated for {Lens.Width}x{Lens.Height} pixels, not {picture.Width}x{picture.Height}.", nameof(picture));
        }

        RgbImage corrected = new(picture.Width, picture.Height);
        using Mat from = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, picture.Pixels);
        using Mat to = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, corrected.Pixels);
        Cv2.Remap(from, to, x, y, InterpolationFlags.Linear, BorderTypes.Replicate);
        return corrected;
    }

    public void Dispose()
    {
        x.Dispose();
        y.Dispose();
    }

    private static Mat Matrix(IReadOnlyList<double> numbers) => Mat.FromPixelData(3, 3, MatType.CV_64FC1, numbers.ToArray());
}
