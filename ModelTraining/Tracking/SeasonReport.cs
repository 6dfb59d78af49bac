using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>What became of each plant and of each of its leaves, as one self-contained page.</summary>
internal static class SeasonReport
{
    private const int PicturesOfAStrip = 24;

    public static string Write(string title, IReadOnlyList<Season> seasons)
    {
        Html html = new(title);
        html.Line($"<p>Each leaf has one colour and one number, in its curve and in every picture. Areas are as seen from above.</p>");
        foreach (Season season in seasons)
        {
            foreach (IGrouping<int, PlantGrowthRow> series in season.Plants.GroupBy(row => row.Series))
            {
                Write(html, season, series.Key, [.. series]);
            }
        }

        return html.Finish();
    }

    private static void Write(Html html, Season season, int series, PlantGrowthRow[] plant)
    {
        LeafGrowthRow[] leaves = [.. season.Leaves.Where(row => row.Series == series && row.Leaf is not null)];
        bool inMm = plant.Any(row => row.AreaMm2 is not null);
        string unit = inMm ? "mm²" : "px";
        html.Line($"<h2>{Html.Text(season.Plant)}{(series > 1 ? $", plant {series} in this place" : "")}</h2>");
        html.Table(
        [
            ("pictures", Number(plant.Length)),
            ("from", plant[0].Time),
            ("to", plant[^1].Time),
            ("leaves at the end", $"{plant[^1].LeafCountStable} ({plant[^1].LeafCountLow} to {plant[^1].LeafCountHigh})"),
            ("projected leaf area at the end", $"{Number(inMm ? plant[^1].AreaMm2 ?? 0 : plant[^1].AreaPx)} {unit}"),
            ("relative growth rate over the last five days", plant[^1].GrowthRate is { } rate ? $"{rate.ToString("0.000", CultureInfo.InvariantCulture)} a day" : "less than a day is known"),
        ]);
        html.Line($"<div class=\"charts\">");
        GrowthChart.Lines(html, $"area of each leaf, {unit}",
        [
            .. leaves.GroupBy(row => row.Leaf!.Value).OrderBy(leaf => leaf.Key).Select(leaf => (leaf.Key,
                (IReadOnlyList<(double, double)>)[.. leaf.Select(row => (row.Days, inMm ? row.AreaMm2 ?? 0 : row.AreaPx))])),
        ]);
        GrowthChart.Lines(html, $"projected leaf area of the plant, {unit}", [(0, [.. plant.Select(row => (row.Days, inMm ? row.AreaMm2 ?? 0 : row.AreaPx))])]);
        GrowthChart.Lines(html, "leaf count: the line holds, dots are single pictures",
            [(0, [.. plant.Select(row => (row.Days, (double)row.LeafCountStable))])], [.. plant.Select(row => (row.Days, (double)row.LeafCount))]);
        (int, double)[] births = [.. season.Events.Where(e => e.Series == series && e.Kind == TrackEventKind.LeafBorn).OrderBy(e => e.Time).Select(e => (e.LeafId!.Value, season.DaysOf(e.Time)))];
        GrowthChart.Births(html, births, plant[^1].Days);
        html.Line($"</div>");
        double[] apart = [.. births.Zip(births.Skip(1), (one, next) => next.Item2 - one.Item2).Order()];
        if (apart.Length > 0)
        {
            html.Line($"<p>Phyllochron, median time between two births: {apart[apart.Length / 2]:0.00} days.</p>");
        }

        (double Days, RgbImage Picture)[] all = [.. season.Pictures.Where((_, i) => season.Plants[i].Series == series)];
        int step = Math.Max(1, (int)Math.Ceiling(all.Length / (double)PicturesOfAStrip));
        html.Line($"<h3>Pictures</h3><div class=\"strip\">");
        foreach ((double days, RgbImage picture) in all.Where((_, i) => i % step == 0 || i == all.Length - 1))
        {
            html.Figure(Html.Picture(picture, $"day {Number(days)}"), $"day {days.ToString("0.0", CultureInfo.InvariantCulture)}");
        }

        html.Line($"</div>");
        if (season.Unlike.Count > 0)
        {
            html.Line($"<p class=\"note\">{season.Unlike.Count} pictures show none of this plant's leaves, spoilt or of another plant: {Html.Text(string.Join(", ", season.Unlike.Take(10)))}</p>");
        }
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.##", CultureInfo.InvariantCulture);
}
