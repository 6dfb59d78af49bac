using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Masks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Whether a mask can be one leaf. A stalk or another leaf may cut a leaf in two, and a brush leaves crumbs; pieces that are
/// farther apart than the leaf is large are several leaves.
/// </summary>
internal static class Pieces
{
    /// <summary>A piece below this share of the largest is a crumb, or the tip that shows behind another leaf.</summary>
    private const double Crumb = .15;

    /// <summary>Farthest distance between pieces of one leaf, as a share of the square root of the mask's area.</summary>
    private const double Reach = 1;

    /// <summary>
    /// Blades from which on an outline is that of several leaves: of 600 leaves of Arabidopsis and Komatsuna none has three, of
    /// their plants in one piece 98 and 67 % have.
    /// </summary>
    public const int SeveralLobes = 3;

    /// <summary>Share of the mask that a blade has at least.</summary>
    private const double Blade = .1;

    /// <summary>Outlines are looked at no larger than this.</summary>
    private const int LobesSide = 256;

    /// <summary>Depths, as shares of the greatest, at which blades part where stalks join them.</summary>
    private static readonly double[] Depths = [.2, .3, .4, .5, .6, .7];

    /// <param name="mask">At least one pixel.</param>
    public static bool AreFarApart(RunLengthMask mask)
    {
        PixelBox box = mask.Box;
        if (box.IsEmpty)
        {
            return false;
        }

        using Mat part = new(box.Height, box.Width, MatType.CV_8UC1, new Scalar(0));
        foreach ((int start, int end) in mask.Runs())
        {
            for (int i = start; i < end; i++)
            {
                part.Set((i % mask.Height) - box.Y1, (i / mask.Height) - box.X1, byte.MaxValue);
            }
        }

        return AreFarApart(part, mask.Area);
    }

    /// <summary>The same for one leaf of a label map.</summary>
    public static bool AreFarApart(LabelMap labels, ushort leaf, PixelBox box, int area)
    {
        using Mat part = Part(labels, leaf, box);
        return AreFarApart(part, area);
    }

    /// <summary>
    /// Into how many blades an outline falls when it is worn away from its border: stalks and the places where leaves touch go
    /// first.
    /// </summary>
    public static int Lobes(LabelMap labels, ushort leaf, PixelBox box)
    {
        using Mat part = Part(labels, leaf, box);
        double scale = Math.Min(1, LobesSide / (double)Math.Max(box.Width, box.Height));
        using Mat mask = new(), small = new(), depth = new();
        Cv2.Resize(part, small, new Size(Math.Max(1, (int)(box.Width * scale)), Math.Max(1, (int)(box.Height * scale))), interpolation: InterpolationFlags.Area);
        Cv2.CopyMakeBorder(small, mask, 1, 1, 1, 1, BorderTypes.Constant, new Scalar(0));
        Cv2.Threshold(mask, mask, 127, 255, ThresholdTypes.Binary);
        Cv2.DistanceTransform(mask, depth, DistanceTypes.L2, DistanceTransformMasks.Mask5);
        Cv2.MinMaxLoc(depth, out _, out double deepest);
        return Depths.Max(share => BladesAt(mask, depth, share * deepest));
    }

    private static int BladesAt(Mat mask, Mat depth, double limit)
    {
        using Mat worn = new(), distance = new(), nearest = new();
        Cv2.Compare(depth, new Scalar(limit), worn, CmpTypes.LE);
        Cv2.DistanceTransformWithLabels(worn, distance, nearest, DistanceTypes.L2, DistanceTransformMasks.Mask5, DistanceTransformLabelTypes.CComp);
        nearest.GetArray(out int[] bladeOf);
        mask.GetArray(out byte[] inside);
        Dictionary<int, int> areas = bladeOf.Where((_, i) => inside[i] != 0).CountBy(blade => blade).ToDictionary();
        return areas.Values.Count(area => area >= Blade * areas.Values.Sum());
    }

    private static Mat Part(LabelMap labels, ushort leaf, PixelBox box)
    {
        using Mat all = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_16UC1, labels.Labels);
        using Mat part = new(all, new Rect(box.X1, box.Y1, box.Width, box.Height));
        Mat mask = new();
        Cv2.InRange(part, new Scalar(leaf), new Scalar(leaf), mask);
        return mask;
    }

    private static bool AreFarApart(Mat mask, int area)
    {
        using Mat labels = new(), stats = new(), centroids = new();
        if (Cv2.ConnectedComponentsWithStats(mask, labels, stats, centroids) <= 2)
        {
            return false;
        }

        // Distance from every pixel to the mask: where it is below half of the reach, pieces are joined.
        using Mat outside = new(), distance = new(), near = new(), joined = new();
        using Mat wide = new();
        Cv2.CopyMakeBorder(mask, wide, 1, 1, 1, 1, BorderTypes.Constant, new Scalar(0));
        Cv2.BitwiseNot(wide, outside);
        Cv2.DistanceTransform(outside, distance, DistanceTypes.L2, DistanceTransformMasks.Mask5);
        double half = Math.Max(1, Reach * Math.Sqrt(area) / 2);
        Cv2.Compare(distance, new Scalar(half), near, CmpTypes.LE);
        int groups = Cv2.ConnectedComponents(near, joined);
        int[] pixels = new int[groups];
        int rows = mask.Rows, columns = mask.Cols;
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                if (mask.At<byte>(y, x) != 0)
                {
                    pixels[joined.At<int>(y + 1, x + 1)]++;
                }
            }
        }

        return pixels.Count(count => count >= Crumb * pixels.Max()) > 1;
    }
}
