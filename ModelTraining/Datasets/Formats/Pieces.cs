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
        byte[] pixels = new byte[box.Width * box.Height];
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                pixels[(y * box.Width) + x] = labels[box.X1 + x, box.Y1 + y] == leaf ? byte.MaxValue : (byte)0;
            }
        }

        using Mat part = Mat.FromPixelData(box.Height, box.Width, MatType.CV_8UC1, pixels);
        return AreFarApart(part, area);
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
