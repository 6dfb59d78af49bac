using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using OpenCvSharp;

namespace LeafSeg.Common.Pots;

/// <summary>
/// Guesses where the pots stand: what they are filled with is rough, and the rims between them are smooth. Patches of
/// roughness of one size are pots; they are put into rows and columns, and a cell where none was found gets the size and
/// place that its row and column have.
/// </summary>
public static class PotSuggestion
{
    /// <summary>Working size: pots are large, and single grains should melt into one patch.</summary>
    private const int Side = 600;

    /// <returns>Row by row; empty where there is no pattern of pots.</returns>
    public static IReadOnlyList<Pot> Suggest(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        List<Rect> patches = RoughPatches(picture, out double scale);
        patches.RemoveAll(patch => Math.Min(patch.Width, patch.Height) < Side / 25
            || Math.Max(patch.Width, patch.Height) > 1.7 * Math.Min(patch.Width, patch.Height));
        if (patches.Count == 0)
        {
            return [];
        }

        // The pots' size is that of most of the rough area; what is far from it is a tag, a gap or the bench.
        double side = patches.Select(patch => Math.Sqrt(patch.Width * patch.Height)).OrderDescending().ElementAt(patches.Count / 3);
        patches.RemoveAll(patch => Math.Sqrt(patch.Width * patch.Height) is var own && (own < 0.75 * side || own > 1.35 * side));
        List<List<Rect>> rows = Groups(patches, patch => patch.Y + (patch.Height / 2.0), side);
        List<List<Rect>> columns = Groups(patches, patch => patch.X + (patch.Width / 2.0), side);
        if (rows.Count > 26 || columns.Count > 99)
        {
            return [];
        }

        // Soil that lies dark at a pot's edge looks smooth: what is found too small there gets the common size.
        Size size = new(Median(patches, patch => patch.Width), Median(patches, patch => patch.Height));
        double[] across = Middles(columns, patch => patch.Width, patch => patch.X, size.Width);
        double[] down = Middles(rows, patch => patch.Height, patch => patch.Y, size.Height);
        List<Pot> pots = [];
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++)
            {
                Rect found = rows[row].Intersect(columns[column]).FirstOrDefault();
                (double left, double right) = IsWhole(found.Width, size.Width)
                    ? (found.Left, found.Right)
                    : (across[column] - (size.Width / 2.0), across[column] + (size.Width / 2.0));
                (double top, double bottom) = IsWhole(found.Height, size.Height)
                    ? (found.Top, found.Bottom)
                    : (down[row] - (size.Height / 2.0), down[row] + (size.Height / 2.0));
                PixelBox place = new((int)(left / scale), (int)(top / scale), (int)(right / scale), (int)(bottom / scale));
                pots.Add(new Pot(PotGridOptions.NameOf(row, column), place.Grow(0, picture.Width, picture.Height)));
            }
        }

        return PotsOptions.Overlap(pots) is null ? pots : [];
    }

    private static bool IsWhole(int length, int common) => length >= 0.85 * common;

    /// <summary>The middle of each row or column; of one without a whole pot, where the others' spacing puts it.</summary>
    private static double[] Middles(List<List<Rect>> groups, Func<Rect, int> length, Func<Rect, int> start, int common)
    {
        double?[] known = [.. groups.Select(group => group.Where(patch => IsWhole(length(patch), common)).ToList() is { Count: > 0 } whole
            ? (double?)Median(whole, patch => (2 * start(patch)) + length(patch)) / 2
            : null)];
        int[] good = [.. Enumerable.Range(0, known.Length).Where(i => known[i] is not null)];
        double pitch = good.Length > 1 ? (known[good[^1]] - known[good[0]])!.Value / (good[^1] - good[0]) : 0;
        return [.. known.Select((middle, i) => middle
            ?? (good.Length > 1
                ? known[good.MinBy(other => Math.Abs(other - i))]!.Value + ((i - good.MinBy(other => Math.Abs(other - i))) * pitch)
                : Median(groups[i], patch => (2 * start(patch)) + length(patch)) / 2.0))];
    }

    private static List<Rect> RoughPatches(RgbImage picture, out double scale)
    {
        scale = Math.Min(1, (double)Side / Math.Max(picture.Width, picture.Height));
        using Mat bgr = ImageFile.ToBgr(picture);
        using Mat small = new();
        Cv2.Resize(bgr, small, new Size(0, 0), scale, scale, InterpolationFlags.Area);
        using Mat grey = new();
        Cv2.CvtColor(small, grey, ColorConversionCodes.BGR2GRAY);
        using Mat edges = new();
        Cv2.MorphologyEx(grey, edges, MorphTypes.Gradient, Cv2.GetStructuringElement(MorphShapes.Rect, new Size(3, 3)));
        using Mat smooth = new();
        Cv2.Blur(edges, smooth, new Size(7, 7));
        using Mat rough = new();
        Cv2.Threshold(smooth, rough, 0, 255, ThresholdTypes.Binary | ThresholdTypes.Otsu);
        using Mat kernel = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(15, 15));
        using Mat filled = new();
        Fill(rough);
        Cv2.MorphologyEx(rough, filled, MorphTypes.Open, kernel);
        Cv2.FindContours(filled, out Point[][] patches, out _, RetrievalModes.External, ContourApproximationModes.ApproxSimple);
        return [.. patches.Select(patch => Cv2.BoundingRect(patch))];
    }

    /// <summary>A leaf is smooth, and so is a bare patch of soil: holes belong to the pot.</summary>
    private static void Fill(Mat rough)
    {
        Cv2.FindContours(rough, out Point[][] outer, out _, RetrievalModes.External, ContourApproximationModes.ApproxSimple);
        Cv2.DrawContours(rough, outer, -1, new Scalar(255), thickness: -1);
    }

    private static List<List<Rect>> Groups(List<Rect> patches, Func<Rect, double> middle, double side)
    {
        List<List<Rect>> groups = [];
        foreach (Rect patch in patches.OrderBy(middle))
        {
            if (groups.Count == 0 || middle(patch) - groups[^1].Average(middle) > 0.5 * side)
            {
                groups.Add([]);
            }

            groups[^1].Add(patch);
        }

        return groups;
    }

    private static int Median(List<Rect> patches, Func<Rect, int> value) => patches.Select(value).Order().ElementAt(patches.Count / 2);
}
