using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>Light, white balance, blur and noise: what changes how a leaf looks and not where it is.</summary>
internal static class PhotometricAugmentation
{
    private const int NoiseLength = 1 << 18;

    // One sheet of standard normal numbers for all pictures, entered at a place drawn for each: drawing a million new
    // ones a picture would take longer than all the rest.
    private static readonly float[] Noise = NoiseSheet();

    /// <summary>Changes <paramref name="image"/> in place.</summary>
    public static void Apply(RgbImage image, AugmentationSettings settings, Random random)
    {
        if (random.NextDouble() < settings.ColourShare)
        {
            ChangeColour(image, settings.ColourStrength, random);
        }

        if (random.NextDouble() < settings.BlurShare)
        {
            using Mat pixels = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC3, image.Pixels);
            double deviation = Math.Max(0.1, random.NextDouble() * settings.MaxBlur);
            Cv2.GaussianBlur(pixels, pixels, new Size(0, 0), deviation, deviation, BorderTypes.Replicate);
        }

        if (random.NextDouble() < settings.NoiseShare)
        {
            AddNoise(image.Pixels, random.NextDouble() * settings.MaxNoise, random);
        }
    }

    /// <summary>A gain and a gamma for each channel, contrast and saturation for all.</summary>
    private static void ChangeColour(RgbImage image, double strength, Random random)
    {
        double Factor() => 1 + (strength * ((random.NextDouble() * 2) - 1));
        double saturation = Factor();
        double contrast = Factor();
        double gamma = Factor();
        byte[][] curves = [.. Enumerable.Range(0, 3).Select(_ => Curve(Factor(), contrast, gamma * ((Factor() + 3) / 4)))];
        Span<byte> pixels = image.Pixels;
        int share = (int)(saturation * 256);
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int red = curves[0][pixels[i]];
            int green = curves[1][pixels[i + 1]];
            int blue = curves[2][pixels[i + 2]];
            int grey = ((77 * red) + (150 * green) + (29 * blue)) >> 8;
            pixels[i] = (byte)Math.Clamp(grey + (((red - grey) * share) >> 8), 0, 255);
            pixels[i + 1] = (byte)Math.Clamp(grey + (((green - grey) * share) >> 8), 0, 255);
            pixels[i + 2] = (byte)Math.Clamp(grey + (((blue - grey) * share) >> 8), 0, 255);
        }
    }

    private static byte[] Curve(double gain, double contrast, double gamma)
    {
        byte[] curve = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            double bent = 255 * Math.Pow(value / 255.0, gamma);
            curve[value] = (byte)Math.Clamp(Math.Round((((bent * gain) - 127) * contrast) + 127), 0, 255);
        }

        return curve;
    }

    private static void AddNoise(Span<byte> pixels, double deviation, Random random)
    {
        int place = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            // A new entry every thousand or so values: the sheet's repetition never shows.
            if ((i & 1023) == 0)
            {
                place = random.Next(NoiseLength - 1024);
            }

            pixels[i] = (byte)Math.Clamp(pixels[i] + (Noise[place++] * deviation), 0, 255);
        }
    }

    private static float[] NoiseSheet()
    {
        Random random = new(1);
        float[] sheet = new float[NoiseLength];
        for (int i = 0; i < sheet.Length; i++)
        {
            // Box and Muller 1958.
            sheet[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return sheet;
    }
}
