using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// What one does without a network: green is separated from the rest by a threshold, and the green is cut where it is narrow
/// (distance transform and watershed; Beucher and Meyer 1993), as PlantCV's and scikit-image's tutorials have it.
/// </summary>
internal static class WatershedLeaves
{
    /// <summary>Pieces of less than this share of the picture are no plant.</summary>
    private const double SmallestPiece = 0.002;

    /// <summary>What is narrower than this share of the picture's long side is no leaf: noise, grains, moss, petioles.</summary>
    private const double Narrowest = 0.015;

    /// <summary>Two widest places nearer than this share of the long side belong to one leaf.</summary>
    private const double Nearest = 0.045;

    /// <summary>Finds leaves; labels are 1, 2, ... without gaps.</summary>
    /// <remarks>The shares were chosen on rendered plants, for the best SBD: what a careful user would reach.</remarks>
    public static LabelMap Find(RgbImage picture)
    {
        using Mat plant = Foreground(picture);
        using Mat distance = new();
        Cv2.DistanceTransform(plant, distance, DistanceTypes.L2, DistanceTransformMasks.Precise);
        using Mat markers = WidestPlaces(plant, distance, ShareOf(picture, Nearest));
        return Flood(markers, distance);
    }

    /// <summary>255 where the picture is green by the a* of CIE Lab, split from the rest by Otsu's threshold.</summary>
    private static Mat Foreground(RgbImage picture)
    {
        using Mat bgr = ImageFile.ToBgr(picture);
        using Mat lab = new();
        Cv2.CvtColor(bgr, lab, ColorConversionCodes.BGR2Lab);
        using Mat a = new();
        Cv2.ExtractChannel(lab, a, 1);
        using Mat smooth = new();
        Cv2.GaussianBlur(a, smooth, new Size(5, 5), 0);
        using Mat green = new();
        Cv2.Threshold(smooth, green, 0, 255, ThresholdTypes.BinaryInv | ThresholdTypes.Otsu);
        int narrowest = ShareOf(picture, Narrowest);
        using Mat disc = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(narrowest, narrowest));
        Cv2.MorphologyEx(green, green, MorphTypes.Open, disc);
        return WithoutSpecks(green);
    }

    private static int ShareOf(RgbImage picture, double share) =>
        Math.Max(3, (int)Math.Round(share * Math.Max(picture.Width, picture.Height)));

    private static Mat WithoutSpecks(Mat green)
    {
        using Mat pieces = new();
        using Mat sizes = new();
        using Mat middles = new();
        int count = Cv2.ConnectedComponentsWithStats(green, pieces, sizes, middles);
        Mat kept = green.Clone();
        for (int piece = 1; piece < count; piece++)
        {
            if (sizes.At<int>(piece, (int)ConnectedComponentsTypes.Area) < SmallestPiece * green.Rows * green.Cols)
            {
                using Mat speck = new();
                Cv2.InRange(pieces, new Scalar(piece), new Scalar(piece), speck);
                kept.SetTo(new Scalar(0), speck);
            }
        }

        return kept;
    }

    /// <summary>1, 2, ... where the plant is wider than anywhere within reach: where a leaf is. 0 elsewhere.</summary>
    private static Mat WidestPlaces(Mat plant, Mat distance, int reach)
    {
        using Mat disc = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size((2 * reach) + 1, (2 * reach) + 1));
        using Mat highest = new();
        Cv2.Dilate(distance, highest, disc);
        using Mat peaks = new();
        Cv2.Compare(distance, highest, peaks, CmpTypes.EQ);
        Cv2.BitwiseAnd(peaks, plant, peaks);

        // Two peaks of one height within reach of one another are one leaf: they are made to touch while they are counted.
        using Mat grown = new();
        using Mat half = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(reach, reach));
        Cv2.Dilate(peaks, grown, half);
        Mat markers = new();
        Cv2.ConnectedComponents(grown, markers);
        using Mat elsewhere = new();
        Cv2.Compare(peaks, new Scalar(0), elsewhere, CmpTypes.EQ);
        markers.SetTo(new Scalar(0), elsewhere);
        return markers;
    }

    /// <summary>
    /// Each marker grows over the plant, the widest places first, until it meets another. Not OpenCV's own watershed: that one
    /// follows differences of colour, and a slope has the same difference everywhere.
    /// </summary>
    private static LabelMap Flood(Mat markers, Mat distance)
    {
        LabelMap map = new(markers.Cols, markers.Rows);
        int[] seeds = new int[map.Labels.Length];
        Marshal.Copy(markers.Data, seeds, 0, seeds.Length);
        float[] widths = new float[seeds.Length];
        Marshal.Copy(distance.Data, widths, 0, widths.Length);
        // Of places of one width the one that was reached first.
        PriorityQueue<int, (float Depth, int Order)> open = new();
        int reached = 0;
        for (int i = 0; i < seeds.Length; i++)
        {
            if (seeds[i] > 0)
            {
                Reach(i, (ushort)seeds[i]);
            }
        }

        while (open.TryDequeue(out int place, out _))
        {
            (int x, int y) = (place % map.Width, place / map.Width);
            ReachFree(x > 0, place - 1, place);
            ReachFree(x < map.Width - 1, place + 1, place);
            ReachFree(y > 0, place - map.Width, place);
            ReachFree(y < map.Height - 1, place + map.Width, place);
        }

        return map;

        void ReachFree(bool exists, int place, int from)
        {
            if (exists && map.Labels[place] == 0 && widths[place] > 0)
            {
                Reach(place, map.Labels[from]);
            }
        }

        void Reach(int place, ushort label)
        {
            map.Labels[place] = label;
            open.Enqueue(place, (-widths[place], reached++));
        }
    }
}
