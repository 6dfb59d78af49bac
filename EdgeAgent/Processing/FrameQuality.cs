using LeafSeg.Common.Imaging;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Numbers that tell whether a picture is worth believing, before any leaf is looked for.</summary>
/// <param name="Sharpness">
/// 1 minus the blur metric of Crété et al. 2007 (The Blur Effect): how much of the picture's contrast between
/// neighbours is gone when it is blurred once more. 0 blurred .. 1 sharp; a picture of one colour has 0.
/// </param>
/// <param name="Saturated">Share of pixels with a channel at 255.</param>
/// <param name="Dark">Share of pixels with a brightness below 16 of 255 (video black).</param>
internal sealed record FrameQuality(double Sharpness, double Saturated, double Dark)
{
    private const int Taps = 9;
    private const byte VideoBlack = 16;

    public static FrameQuality Measure(RgbImage image)
    {
        byte[] grey = new byte[image.Width * image.Height];
        int saturated = 0;
        int dark = 0;
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < grey.Length; i++)
        {
            byte r = pixels[3 * i], g = pixels[(3 * i) + 1], b = pixels[(3 * i) + 2];
            grey[i] = (byte)(((77 * r) + (150 * g) + (29 * b) + 128) >> 8);
            if (Math.Max(r, Math.Max(g, b)) == 255)
                saturated++;
            if (grey[i] < VideoBlack)
                dark++;
        }

        double sharpness = Math.Min(
            Sharp(grey, image.Width, image.Height, 1, image.Width),
            Sharp(grey, image.Height, image.Width, image.Width, 1));
        return new FrameQuality(
            sharpness,
            (double)saturated / grey.Length,
            (double)dark / grey.Length);
    }

    /// <summary>In one direction: lines of <paramref name="length"/> pixels that lie <paramref name="step"/> apart.</summary>
    private static double Sharp(byte[] grey, int length, int lines, int step, int lineStep)
    {
        long contrast = 0;
        double lost = 0;
        double[] blurred = new double[length];
        for (int line = 0; line < lines; line++)
        {
            int start = line * lineStep;
            Blur(grey, start, step, blurred);
            for (int i = 1; i < length; i++)
            {
                int own = Math.Abs(grey[start + (i * step)] - grey[start + ((i - 1) * step)]);
                double left = Math.Abs(blurred[i] - blurred[i - 1]);
                contrast += own;
                lost += Math.Max(0, own - left);
            }
        }

        return contrast == 0 ? 0 : lost / contrast;
    }

    /// <summary>Mean of nine neighbours; at the ends the outermost pixel stands for what is missing.</summary>
    private static void Blur(byte[] grey, int start, int step, double[] blurred)
    {
        int last = blurred.Length - 1;
        int sum = 0;
        for (int tap = -(Taps / 2); tap <= Taps / 2; tap++)
            sum += grey[start + (Math.Clamp(tap, 0, last) * step)];
        for (int i = 0; i <= last; i++)
        {
            blurred[i] = (double)sum / Taps;
            sum += grey[start + (Math.Min(i + (Taps / 2) + 1, last) * step)] - grey[start + (Math.Max(i - (Taps / 2), 0) * step)];
        }
    }
}
