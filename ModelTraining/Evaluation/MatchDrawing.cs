using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// A picture's true and found leaves side by side: a leaf has one number and colour in both, and what is missed, false, merged
/// or split is filled.
/// </summary>
internal static class MatchDrawing
{
    /// <summary>A small picture is enlarged first: outlines of two pixels would hide its leaves.</summary>
    private const int SmallestSide = 360;

    private static readonly (byte R, byte G, byte B) Wrong = (255, 30, 30);
    private static readonly (byte R, byte G, byte B) Shared = (255, 160, 0);

    public static (RgbImage Truth, RgbImage Found) Draw(RgbImage picture, LabelMap truth, LabelMap found, LeafMatches matches)
    {
        Dictionary<int, int> numberOf = matches.Pairs.ToDictionary(pair => (int)pair.Found, pair => (int)pair.True);
        int next = truth.Labels.Max();
        foreach (ushort alone in matches.False)
        {
            numberOf[alone] = ++next;
        }

        int times = Math.Max(1, SmallestSide / Math.Max(picture.Width, picture.Height));
        RgbImage large = Enlarged(picture, times);
        return (
            Overlay.Draw(Filled(large, Enlarged(truth, times), matches.Missed, matches.Split), Enlarged(truth, times)),
            Overlay.Draw(Filled(large, Enlarged(found, times), matches.False, matches.Merged), Enlarged(found, times), new OverlayOptions { NumberOf = label => numberOf[label] }));
    }

    private static RgbImage Filled(RgbImage picture, LabelMap labels, IReadOnlyList<ushort> wrong, IReadOnlyList<ushort> shared)
    {
        Dictionary<ushort, (byte R, byte G, byte B)> colourOf = wrong.ToDictionary(label => label, _ => Wrong);
        foreach (ushort label in shared)
        {
            colourOf[label] = Shared;
        }

        RgbImage filled = new(picture.Width, picture.Height, [.. picture.Pixels]);
        for (int i = 0; i < labels.Labels.Length; i++)
        {
            if (colourOf.TryGetValue(labels.Labels[i], out (byte R, byte G, byte B) colour))
            {
                Span<byte> pixel = filled.Pixels.AsSpan(i * 3, 3);
                (pixel[0], pixel[1], pixel[2]) = ((byte)((pixel[0] + colour.R) / 2), (byte)((pixel[1] + colour.G) / 2), (byte)((pixel[2] + colour.B) / 2));
            }
        }

        return filled;
    }

    private static RgbImage Enlarged(RgbImage picture, int times)
    {
        if (times == 1)
        {
            return picture;
        }

        using Mat bgr = ImageFile.ToBgr(picture);
        Cv2.Resize(bgr, bgr, new Size(picture.Width * times, picture.Height * times), interpolation: InterpolationFlags.Cubic);
        return ImageFile.FromBgr(bgr);
    }

    private static LabelMap Enlarged(LabelMap labels, int times)
    {
        if (times == 1)
        {
            return labels;
        }

        LabelMap large = new(labels.Width * times, labels.Height * times);
        for (int y = 0; y < large.Height; y++)
        {
            for (int x = 0; x < large.Width; x++)
            {
                large[x, y] = labels[x / times, y / times];
            }
        }

        return large;
    }
}
