using System.Runtime.InteropServices;
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
    private const int SmallestSide = 480;

    /// <summary>Share of the picture's side below which its leaves are shown without the rest.</summary>
    private const double MuchMore = .7;

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

        if (Surroundings(truth, found) is Rect part)
        {
            (picture, truth, found) = (Part(picture, part), Part(truth, part), Part(found, part));
        }

        int times = Math.Max(1, SmallestSide / Math.Max(picture.Width, picture.Height));
        RgbImage large = Enlarged(picture, times);
        return (
            Overlay.Draw(Filled(large, Enlarged(truth, times), matches.Missed, matches.Split), Enlarged(truth, times)),
            Overlay.Draw(Filled(large, Enlarged(found, times), matches.False, matches.Merged), Enlarged(found, times), new OverlayOptions { NumberOf = label => numberOf[label] }));
    }

    /// <summary>The leaves and some ground around them, where the picture shows much more; null: it does not.</summary>
    private static Rect? Surroundings(LabelMap truth, LabelMap found)
    {
        PixelBox[] boxes = [.. PixelSums.OfEachLabel(truth).Concat(PixelSums.OfEachLabel(found)).Select(leaf => leaf.Box)];
        if (boxes.Length == 0)
        {
            return null;
        }

        Rect leaves = Rect.FromLTRB(boxes.Min(box => box.X1), boxes.Min(box => box.Y1), boxes.Max(box => box.X2), boxes.Max(box => box.Y2));
        int margin = Math.Max(leaves.Width, leaves.Height) / 4;
        leaves.Inflate(margin, margin);
        Rect part = leaves & new Rect(0, 0, truth.Width, truth.Height);
        return Math.Max(part.Width, part.Height) < MuchMore * Math.Max(truth.Width, truth.Height) ? part : null;
    }

    private static RgbImage Part(RgbImage picture, Rect part)
    {
        using Mat all = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, picture.Pixels);
        using Mat own = new Mat(all, part).Clone();
        own.GetArray(out Vec3b[] pixels);
        return new RgbImage(part.Width, part.Height, MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray());
    }

    private static LabelMap Part(LabelMap labels, Rect part)
    {
        using Mat all = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_16UC1, labels.Labels);
        using Mat own = new Mat(all, part).Clone();
        own.GetArray(out ushort[] values);
        return new LabelMap(part.Width, part.Height, values);
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
