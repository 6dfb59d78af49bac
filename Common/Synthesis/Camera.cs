using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Synthesis;

/// <summary>What lies between light and a file: exposure, lens, pixels, noise, curve, JPEG.</summary>
internal sealed record Camera
{
    private float Exposure { get; init; }

    /// <summary>Factors on the three channels: white balance and the lamp's colour.</summary>
    private Rgb Balance { get; init; }

    private float Saturation { get; init; }

    /// <summary>Shares of the channels in the grey of a grey camera.</summary>
    private Rgb? Grey { get; init; }

    private float Contrast { get; init; }

    /// <summary>Light that is added everywhere by glare.</summary>
    private float Veil { get; init; }

    private float Vignetting { get; init; }

    /// <summary>Change of light across the picture.</summary>
    private float SlopeX { get; init; }

    private float SlopeY { get; init; }

    private float BlurSigma { get; init; }

    /// <summary>Pixels of the sensor for each pixel of the picture, each way; at most 1.</summary>
    public float Resolution { get; private init; }

    /// <summary>The picture stays as small as the sensor.</summary>
    private bool Small { get; init; }

    private bool SmoothEnlargement { get; init; }

    private float Noise { get; init; }

    private float Sharpening { get; init; }

    /// <summary>0 where the picture was never a JPEG.</summary>
    private int JpegQuality { get; init; }

    /// <param name="random">Where chance comes from.</param>
    /// <param name="settings">How often there are few pixels.</param>
    /// <param name="plant">What the exposure is mostly set for: burnt out leaves have no borders.</param>
    public static Camera Draw(RandomSource random, RosetteSettings settings, Rgb plant)
    {
        float brightest = random.Chance(.08f) ? 1.5f : random.Between(.7f, 1.1f) / Math.Max(plant.R, Math.Max(plant.G, plant.B));
        bool low = random.Chance(settings.LowResolutionShare);
        bool dim = random.Chance(.15f);
        float resolution = low ? Resolved(random) : 1;
        return new Camera
        {
            Exposure = Math.Min(brightest, dim ? random.Between(.2f, .6f) : random.Between(.5f, 1.5f)),
            Balance = random.Chance(.15f)
                ? new Rgb(random.Between(.5f, 1.5f), random.Between(.75f, 1.25f), random.Between(.45f, 1.5f))
                : new Rgb(random.Between(.78f, 1.25f), random.Between(.88f, 1.12f), random.Between(.7f, 1.25f)),
            Saturation = random.Chance(.1f) ? random.Between(.25f, .65f) : random.Between(.65f, 1.25f),
            Contrast = random.Between(-.15f, .35f),
            Veil = random.Chance(.3f) ? random.Between(0, .05f) : random.Between(0, .006f),
            Vignetting = random.Chance(.5f) ? random.Between(0, .5f) : 0,
            SlopeX = random.Normal() * .12f,
            SlopeY = random.Normal() * .12f,
            BlurSigma = random.Chance(.25f) ? random.Between(1, 2.2f) : random.Between(.4f, 1),
            Resolution = resolution,
            Small = random.Chance(settings.SmallShare),
            SmoothEnlargement = random.Chance(.5f),
            Noise = random.Chance(.2f) && resolution > .4f ? random.Between(.02f, .05f) : random.Between(.002f, .02f),
            Sharpening = random.Chance(.25f) ? random.Between(.3f, 1.2f) : 0,
            JpegQuality = random.Chance(.5f) ? random.Integer(35, 95) : 0,
        };
    }

    /// <summary>.12 to .9, half of it below .33, since a pot cut out of a picture of a whole tray has 50 to 170 pixels.</summary>
    private static float Resolved(RandomSource random)
    {
        float t = random.Unit();
        return .12f + (.78f * t * t);
    }

    /// <summary>The same camera for another light.</summary>
    public Camera For(Spectrum spectrum, RandomSource random) => spectrum switch
    {
        Spectrum.Grey or Spectrum.Infrared => this with { Grey = DrawGrey(random) },
        Spectrum.Fluorescence => this with
        {
            Grey = new Rgb(.3f, .4f, .3f),
            Balance = new Rgb(1, 1, 1),
            Exposure = random.Between(.5f, 1.3f),
            Noise = random.Between(.005f, .05f),
            Contrast = random.Between(-.15f, .3f),
            SlopeX = 0,
            SlopeY = 0,
            Veil = random.Chance(.7f) ? random.Between(0, .002f) : random.Between(.002f, .02f),
        },
        Spectrum.Night => this with
        {
            Grey = random.Chance(.4f) ? DrawGrey(random) : null,
            Exposure = Exposure * random.Between(.08f, .4f),
            Saturation = random.Between(.1f, .8f),
            Noise = random.Between(.02f, .07f),
            Vignetting = random.Between(.3f, .95f),
        },
        _ => this,
    };

    /// <summary>Some grey cameras see all colours, some mostly one.</summary>
    private static Rgb DrawGrey(RandomSource random)
    {
        if (random.Chance(.5f))
        {
            return new Rgb(.3f, .59f, .11f);
        }

        float r = random.Unit(), g = random.Unit(), b = random.Unit(), sum = r + g + b + .01f;
        return new Rgb(r / sum, g / sum, b / sum);
    }

    /// <summary>The same camera before a ground brighter than the plant: little of it is burnt out.</summary>
    public Camera ExposedFor(float brightness, RandomSource random)
    {
        float most = random.Between(.6f, 1.15f) / Math.Max(brightness * Math.Max(Balance.R, Math.Max(Balance.G, Balance.B)), .2f);
        return this with { Exposure = Math.Min(Exposure, most) };
    }

    /// <summary>The same camera a moment later.</summary>
    public Camera Again(RandomSource random) => this with
    {
        Exposure = Exposure * (1 + (random.Normal() * .03f)),
        Balance = new Rgb(Balance.R * (1 + (random.Normal() * .01f)), Balance.G, Balance.B * (1 + (random.Normal() * .01f))),
    };

    /// <summary>Takes the picture. Uses up the canvas.</summary>
    public RgbImage Expose(Canvas canvas, RandomSource random)
    {
        int size = canvas.Size;
        int sensor = Math.Max(16, (int)MathF.Round(size * Resolution));
        float sigma = BlurSigma * size / 500f;
        using Mat light = Mat.FromPixelData(size, size, MatType.CV_32FC3, canvas.Light);
        if (sensor == size)
        {
            Blur(light, sigma);
            return Store(Develop(canvas.Light, size, random), size, size);
        }

        // Averaging many pixels into one leaves so little of a blur to do that it may as well come afterwards.
        bool blurLast = sensor * 2 <= size;
        using Mat small = new();
        if (!blurLast)
        {
            Blur(light, sigma);
        }

        Cv2.Resize(light, small, new Size(sensor, sensor), 0, 0, InterpolationFlags.Area);
        if (blurLast)
        {
            Blur(small, sigma * sensor / size);
        }

        float[] values = new float[sensor * sensor * 3];
        Marshal.Copy(small.Data, values, 0, values.Length);
        return Store(Develop(values, sensor, random), sensor, Small ? sensor : size);
    }

    private static void Blur(Mat light, float sigma)
    {
        int kernel = (2 * (int)MathF.Ceiling(sigma * 2.5f)) + 1;
        Cv2.GaussianBlur(light, light, new Size(kernel, kernel), sigma);
    }

    /// <summary>Exposure, noise, tone curve and saturation; linear light becomes bytes.</summary>
    private byte[] Develop(float[] light, int side, RandomSource random)
    {
        byte[] pixels = new byte[side * side * 3];
        float step = 2f / side;
        int i = 0;
        for (int y = 0; y < side; y++)
        {
            float v = ((y + .5f) * step) - 1;
            for (int x = 0; x < side; x++, i += 3)
            {
                float u = ((x + .5f) * step) - 1;
                float exposure = Exposure * Math.Max(.2f, 1 + (SlopeX * u) + (SlopeY * v)) * (1 - (Vignetting * .5f * ((u * u) + (v * v))));
                float r = Tone((light[i] * exposure * Balance.R) + Veil);
                float g = Tone((light[i + 1] * exposure * Balance.G) + Veil);
                float b = Tone((light[i + 2] * exposure * Balance.B) + Veil);
                float grey = (.3f * r) + (.6f * g) + (.1f * b);
                // Eight bits a die, two dice a number: near enough to a bell, and one draw a pixel.
                ulong dice = random.Next();
                float all = Die(dice) * .6f;
                pixels[i] = Byte(grey + ((r - grey) * Saturation) + (Noise * (all + Die(dice >> 16))));
                pixels[i + 1] = Byte(grey + ((g - grey) * Saturation) + (Noise * (all + Die(dice >> 32))));
                pixels[i + 2] = Byte(grey + ((b - grey) * Saturation) + (Noise * (all + Die(dice >> 48))));
            }
        }

        if (Grey is Rgb shares)
        {
            ToGrey(pixels, shares);
        }

        return pixels;
    }

    private static void ToGrey(byte[] pixels, Rgb shares)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            byte grey = Byte(((pixels[i] * shares.R) + (pixels[i + 1] * shares.G) + (pixels[i + 2] * shares.B)) / 255);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (grey, grey, grey);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Tone(float light)
    {
        float display = Math.Min(1, MathF.Sqrt(Math.Max(0, light)));
        return display + (Contrast * display * (1 - display) * ((2 * display) - 1) * 2);
    }

    /// <summary>Mean 0, deviation about 1, from sixteen random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Die(ulong bits) => ((int)(bits & 255) + (int)((bits >> 8) & 255) - 255) * (1 / 104f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Byte(float display)
    {
        float value = (display * 255) + .5f;
        return value >= 255 ? (byte)255 : value > 0 ? (byte)value : (byte)0;
    }

    private RgbImage Store(byte[] pixels, int side, int size)
    {
        RgbImage sensor = new(side, side, pixels);
        if (JpegQuality == 0 && Sharpening == 0 && side == size)
        {
            return sensor;
        }

        Mat picture = ImageFile.ToBgr(sensor);
        try
        {
            if (Sharpening > 0)
            {
                using Mat soft = new();
                Cv2.GaussianBlur(picture, soft, new Size(5, 5), 1.2);
                Cv2.AddWeighted(picture, 1 + Sharpening, soft, -Sharpening, 0, picture);
            }

            if (JpegQuality > 0)
            {
                Cv2.ImEncode(".jpg", picture, out byte[] file, new ImageEncodingParam(ImwriteFlags.JpegQuality, JpegQuality));
                picture.Dispose();
                picture = Cv2.ImDecode(file, ImreadModes.Color);
            }

            if (side != size)
            {
                using Mat large = new();
                Cv2.Resize(picture, large, new Size(size, size), 0, 0, SmoothEnlargement ? InterpolationFlags.Cubic : InterpolationFlags.Linear);
                return ImageFile.FromBgr(large);
            }

            return ImageFile.FromBgr(picture);
        }
        finally
        {
            picture.Dispose();
        }
    }
}
