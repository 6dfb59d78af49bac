using System.Numerics;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Figures of a picture's quality (brightness, sharpness), measured before the model runs.</summary>
/// <param name="Sharpness">
/// 1 minus the blur metric of Crété et al. 2007 (The Blur Effect): how much of the picture's contrast between
/// neighbours is gone when it is blurred once more. 0 blurred .. 1 sharp; a picture of one colour has 0.
/// </param>
/// <param name="Saturated">Share of pixels with a channel at 255.</param>
/// <param name="Dark">Share of pixels with a brightness below 16 of 255 (video black).</param>
internal sealed record FrameQuality(double Sharpness, double Saturated, double Dark)
{
    private const ushort Taps = 9;

    // From the mean around one pixel to that around the next, the pixel so far ahead comes in and the one so far behind goes out.
    private const int After = Taps / 2;
    private const int Before = After + 1;
    private const byte VideoBlack = 16;

    public static FrameQuality Measure(RgbImage image)
    {
        using Mat rgb = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
        byte[] grey = GC.AllocateUninitializedArray<byte>(image.Width * image.Height);
        using Mat brightness = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC1, grey);
        Cv2.CvtColor(rgb, brightness, ColorConversionCodes.RGB2GRAY);
        using Mat within = new();
        Cv2.InRange(rgb, Scalar.All(0), Scalar.All(byte.MaxValue - 1), within);
        int saturated = grey.Length - Cv2.CountNonZero(within);
        Cv2.InRange(brightness, Scalar.All(VideoBlack), Scalar.All(byte.MaxValue), within);
        int dark = grey.Length - Cv2.CountNonZero(within);

        double alongRows = 0, alongColumns = 0;
        Parallel.Invoke(() => alongRows = SharpAlongRows(grey, image.Width), () => alongColumns = SharpAlongColumns(grey, image.Width));
        return new FrameQuality(
            Math.Min(alongRows, alongColumns),
            (double)saturated / grey.Length,
            (double)dark / grey.Length);
    }

    private static double SharpAlongRows(byte[] grey, int width)
    {
        Contrast contrast = default;
        byte[] padded = new byte[Before + width + After];
        for (int start = 0; start < grey.Length; start += width)
        {
            ReadOnlySpan<byte> row = grey.AsSpan(start, width);
            padded.AsSpan(0, Before).Fill(row[0]);
            row.CopyTo(padded.AsSpan(Before));
            padded.AsSpan(Before + width).Fill(row[^1]);
            ReadOnlySpan<byte> all = padded;
            contrast.Add(all.Slice(Before + 1, width - 1), all.Slice(Before, width - 1), all.Slice(Before + 1 + After, width - 1), all.Slice(1, width - 1));
        }

        return contrast.LostShare;
    }

    private static double SharpAlongColumns(byte[] grey, int width)
    {
        Contrast contrast = default;
        int last = (grey.Length / width) - 1;
        for (int y = 1; y <= last; y++)
        {
            contrast.Add(Row(y), Row(y - 1), Row(Math.Min(y + After, last)), Row(Math.Max(y - Before, 0)));
        }

        return contrast.LostShare;

        ReadOnlySpan<byte> Row(int y) => grey.AsSpan(y * width, width);
    }

    /// <summary>
    /// Sums of the contrast between neighbours, and of what of it a mean of nine pixels takes away. From one pixel to the
    /// next such a mean changes by a ninth of what comes in less what goes out; beyond the picture its outermost pixel
    /// stands for what is missing.
    /// </summary>
    private struct Contrast
    {
        private long whole;
        private long lostNinths;

        public readonly double LostShare => whole == 0 ? 0 : lostNinths / ((double)Taps * whole);

        /// <param name="here">Some pixels.</param>
        /// <param name="before">The neighbour of each.</param>
        /// <param name="comes">What the mean around each has that its neighbour's has not.</param>
        /// <param name="goes">What the neighbour's mean has instead.</param>
        public void Add(ReadOnlySpan<byte> here, ReadOnlySpan<byte> before, ReadOnlySpan<byte> comes, ReadOnlySpan<byte> goes)
        {
            int i = 0;
            for (; i <= here.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(Distance(new(here[i..]), new(before[i..])), out Vector<ushort> own, out Vector<ushort> ownRest);
                Vector.Widen(Distance(new(comes[i..]), new(goes[i..])), out Vector<ushort> left, out Vector<ushort> leftRest);
                whole += Sum(own) + Sum(ownRest);
                lostNinths += Sum(Above(own * Taps, left)) + Sum(Above(ownRest * Taps, leftRest));
            }

            for (; i < here.Length; i++)
            {
                int own = Math.Abs(here[i] - before[i]);
                whole += own;
                lostNinths += Math.Max(0, (Taps * own) - Math.Abs(comes[i] - goes[i]));
            }
        }

        private static Vector<byte> Distance(Vector<byte> a, Vector<byte> b) => Vector.Max(a, b) - Vector.Min(a, b);

        private static Vector<ushort> Above(Vector<ushort> value, Vector<ushort> limit) => Vector.Max(value, limit) - limit;

        private static uint Sum(Vector<ushort> values)
        {
            Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
            return Vector.Sum(low + high);
        }
    }
}
