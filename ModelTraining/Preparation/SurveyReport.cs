using System.Globalization;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>Counts and sizes of pictures and leaves.</summary>
internal static class SurveyReport
{
    private const int MostBars = 40;

    /// <summary>A line each for the console, a row each for the page.</summary>
    public static IReadOnlyList<(string Name, string Value)> Rows(IReadOnlyList<SurveyedPicture> pictures)
    {
        int[] leaves = [.. pictures.Select(picture => picture.Leaves.Count).Order()];
        int[] areas = [.. pictures.SelectMany(picture => picture.Leaves.Select(leaf => leaf.Area)).Order()];
        var sizes = pictures.GroupBy(picture => $"{picture.Width}x{picture.Height}").OrderByDescending(size => size.Count()).ToArray();
        string size = sizes.Length == 1 ? sizes[0].Key : $"{sizes[0].Key} ({sizes[0].Count()}), {sizes.Length - 1} other{(sizes.Length == 2 ? "" : "s")}";
        return
        [
            ("Pictures", Whole(pictures.Count)),
            ("Picture size", size),
            ("Leaves", Whole(areas.Length)),
            ("Leaves a picture: fewest, middle, most", $"{leaves[0]}, {Middle(leaves)}, {leaves[^1]}"),
            ("Leaf area in pixels: smallest, middle, largest", areas.Length == 0 ? "none" : $"{Whole(areas[0])}, {Whole(Middle(areas))}, {Whole(areas[^1])}"),
        ];
    }

    public static void Write(Html html, IReadOnlyList<SurveyedPicture> pictures)
    {
        html.Table(Rows(pictures));
        html.Line($"<div class=\"row\">");
        html.Bars("Pictures by number of leaves", LeavesAPicture(pictures));
        html.Bars("Leaves by side of their box, in picture pixels", LeafSides(pictures));
        html.Line($"</div>");
    }

    private static (string, int)[] LeavesAPicture(IReadOnlyList<SurveyedPicture> pictures)
    {
        int most = pictures.Max(picture => picture.Leaves.Count);
        int width = (most / MostBars) + 1;
        return
        [
            .. Enumerable.Range(0, (most / width) + 1).Select(bar => (
                width == 1 ? $"{bar}" : $"{bar * width}-{(bar * width) + width - 1}",
                pictures.Count(picture => picture.Leaves.Count / width == bar))),
        ];
    }

    private static (string, int)[] LeafSides(IReadOnlyList<SurveyedPicture> pictures)
    {
        double[] sides = [.. pictures.SelectMany(picture => picture.Leaves.Select(leaf => Math.Sqrt((double)leaf.Box.Width * leaf.Box.Height)))];
        if (sides.Length == 0)
        {
            return [];
        }

        // Half octaves: 4, 5.7, 8, 11, 16, ...
        int first = (int)Math.Floor(2 * Math.Log2(sides.Min())), last = (int)Math.Floor(2 * Math.Log2(sides.Max()));
        return
        [
            .. Enumerable.Range(first, last - first + 1).Select(step => (
                Math.Pow(2, step / 2.0).ToString("0", CultureInfo.InvariantCulture),
                sides.Count(side => (int)Math.Floor(2 * Math.Log2(side)) == step))),
        ];
    }

    private static int Middle(int[] rising) => rising[rising.Length / 2];

    private static string Whole(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
