using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// What one does without a network: green is told from the rest by a threshold, and the green is cut where it is narrow
/// (distance transform and watershed; Beucher and Lantuéjoul 1979), as PlantCV's and OpenCV's tutorials have it.
/// </summary>
internal static class WatershedLeaves
{
    /// <summary>Pieces of less than this share of the picture are no plant.</summary>
    private const double SmallestPiece = 0.0005;

    /// <summary>Two tips nearer than this share of the picture's long side belong to one leaf.</summary>
    private const double NearestTips = 0.025;

    /// <summary>Finds leaves; labels are 1, 2, ... without gaps.</summary>
    public static LabelMap Find(RgbImage picture)
    {
        using Mat plant = Foreground(picture);
        using Mat distance = new();
        Cv2.DistanceTransform(plant, distance, DistanceTypes.L2, DistanceTransformMasks.Precise);
        using Mat markers = Markers(plant, distance, Math.Max(2, (int)Math.Round(NearestTips * Math.Max(picture.Width, picture.Height))));
        using Mat relief = Relief(distance);
        Cv2.Watershed(relief, markers);
        return Labels(markers, plant);
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
        return WithoutSpecks(green);
    }

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

    /// <summary>1 for the ground, 2, 3, ... where the plant is widest all around: where a leaf is.</summary>
    private static Mat Markers(Mat plant, Mat distance, int reach)
    {
        using Mat disc = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size((2 * reach) + 1, (2 * reach) + 1));
        using Mat highest = new();
        Cv2.Dilate(distance, highest, disc);
        using Mat peaks = new();
        Cv2.Compare(distance, highest, peaks, CmpTypes.EQ);
        Cv2.BitwiseAnd(peaks, plant, peaks);

        // Two peaks of one height within reach of one another are one leaf.
        using Mat near = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(reach, reach));
        Cv2.Dilate(peaks, peaks, near);
        Cv2.BitwiseAnd(peaks, plant, peaks);
        Mat markers = new();
        Cv2.ConnectedComponents(peaks, markers);
        Cv2.Add(markers, new Scalar(1), markers);
        using Mat unknown = new();
        Cv2.Subtract(plant, peaks, unknown);
        markers.SetTo(new Scalar(0), unknown);
        return markers;
    }

    /// <summary>The distances upside down, as the three channels that OpenCV floods.</summary>
    private static Mat Relief(Mat distance)
    {
        Cv2.MinMaxLoc(distance, out _, out double most);
        using Mat depth = new();
        distance.ConvertTo(depth, MatType.CV_8UC1, -255 / Math.Max(most, 1), 255);
        Mat relief = new();
        Cv2.CvtColor(depth, relief, ColorConversionCodes.GRAY2BGR);
        return relief;
    }

    private static LabelMap Labels(Mat markers, Mat plant)
    {
        int[] flooded = new int[markers.Rows * markers.Cols];
        Marshal.Copy(markers.Data, flooded, 0, flooded.Length);
        byte[] inside = new byte[flooded.Length];
        Marshal.Copy(plant.Data, inside, 0, inside.Length);
        LabelMap map = new(markers.Cols, markers.Rows);
        for (int i = 0; i < flooded.Length; i++)
        {
            int marker = flooded[i];
            if (inside[i] != 0)
            {
                // A dam of one pixel stands between two leaves; it goes to the one on its left or above.
                marker = marker > 1 ? marker : Before(flooded, i, map.Width);
                map.Labels[i] = (ushort)Math.Max(0, marker - 1);
                flooded[i] = marker;
            }
        }

        return map;
    }

    private static int Before(int[] flooded, int i, int width) =>
        i % width > 0 && flooded[i - 1] > 1 ? flooded[i - 1] : i >= width && flooded[i - width] > 1 ? flooded[i - width] : 0;
}
