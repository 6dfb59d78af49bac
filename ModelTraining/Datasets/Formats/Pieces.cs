using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Masks;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>
/// Whether a mask can be one leaf. A stalk or another leaf may cut a leaf in two, and a brush leaves crumbs; pieces that are
/// farther apart than the leaf is large, or have nothing but ground between them, are several leaves.
/// </summary>
internal static class Pieces
{
    /// <summary>A piece below this share of the largest is a crumb, or the tip that shows behind another leaf.</summary>
    private const double Crumb = .15;

    /// <summary>Farthest distance between pieces of one leaf, as a share of the square root of the mask's area.</summary>
    private const double Reach = 1;

    /// <summary>
    /// Farthest distance between pixels of one leaf, where no other leaf lies between them: of 3,367 leaves of CVPPP A1, KOMATSUNA,
    /// LeTra and CSIRO two have a wider gap.
    /// </summary>
    private const double Gap = 3;

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

        return !IsOnePiece(part) && Count(part, ReachOf(mask.Area)) > 1;
    }

    /// <summary>How many pieces of a leaf are far apart, or have nothing but ground between them; 1 for a leaf.</summary>
    /// <param name="labels">All leaves of the picture.</param>
    /// <param name="leaf">Its label.</param>
    /// <param name="box">Its box.</param>
    /// <param name="area">Its pixels.</param>
    public static int Separate(LabelMap labels, ushort leaf, PixelBox box, int area)
    {
        using Mat part = Part(labels, leaf, box);
        if (IsOnePiece(part))
        {
            return 1;
        }

        using Mat others = new(), ground = Part(labels, 0, box);
        Cv2.BitwiseOr(part, ground, others);
        Cv2.BitwiseNot(others, others);
        return Math.Max(Count(part, ReachOf(area)), Count(part, Gap, others));
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

    private static double ReachOf(int area) => Math.Max(2, Reach * Math.Sqrt(area));

    private static bool IsOnePiece(Mat mask)
    {
        using Mat labels = new();
        return Cv2.ConnectedComponents(mask, labels) <= 2;
    }

    /// <param name="mask">Not 0 where the leaf is, which has a pixel at least.</param>
    /// <param name="reach">Pieces up to this distance apart are one.</param>
    /// <param name="bridges">Not 0 where pieces are joined by what lies between them; null: nothing does.</param>
    private static int Count(Mat mask, double reach, Mat? bridges = null)
    {
        // Distance from every pixel to the mask: where it is below half of the reach, pieces are joined.
        using Mat outside = new(), distance = new(), near = new(), joined = new(), wide = new();
        Cv2.CopyMakeBorder(mask, wide, 1, 1, 1, 1, BorderTypes.Constant, new Scalar(0));
        Cv2.BitwiseNot(wide, outside);
        Cv2.DistanceTransform(outside, distance, DistanceTypes.L2, DistanceTransformMasks.Mask5);
        Cv2.Compare(distance, new Scalar(reach / 2), near, CmpTypes.LE);
        if (bridges is not null)
        {
            using Mat inner = near[new Rect(1, 1, mask.Cols, mask.Rows)];
            Cv2.BitwiseOr(inner, bridges, inner);
        }

        Cv2.ConnectedComponents(near, joined);
        wide.GetArray(out byte[] inside);
        joined.GetArray(out int[] groupOf);
        Dictionary<int, int> pixels = groupOf.Where((_, i) => inside[i] != 0).CountBy(group => group).ToDictionary();
        return pixels.Values.Count(count => count >= Crumb * pixels.Values.Max());
    }
}
