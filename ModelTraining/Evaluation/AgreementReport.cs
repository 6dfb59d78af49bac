using System.Globalization;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Errors of what is measured, for the console, for the page with scatter plots, and for JSON.</summary>
internal static class AgreementReport
{
    private const int MostPoints = 4000;

    /// <summary>The place of the data is a square.</summary>
    private static readonly ChartFrame Frame = new(Width: 358, Height: 360, Left: 58, Right: 20, Top: 26, Bottom: 42) { KeepsSize = true };

    public static void Write(TextWriter writer, IReadOnlyList<PictureScore> pictures)
    {
        writer.WriteLine();
        writer.WriteLine("Found minus true                          mean   in %    95 % of the differences");
        foreach (Agreement agreement in Agreement.Of(pictures))
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{agreement.Name,-38}{Signed(agreement.Bias),8}{Percent(agreement.RelativeBias),8}  {Range(agreement, "to")}"));
        }

        (int matched, int found, int there, int merged, int split) = Sums(pictures);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Leaves at IoU .5: precision {Share(matched, found)} ({found - matched} of {found} false), recall {Share(matched, there)} ({there - matched} of {there} missed), {merged} merged, {split} split"));
    }

    public static void Write(Html html, IReadOnlyList<PictureScore> pictures)
    {
        html.Line($"<h2>Error of what is measured</h2><div class=\"wide\"><table><tr><th></th><th class=\"n\">mean of found − true</th><th class=\"n\">in %</th><th class=\"n\">95 % of the differences</th></tr>");
        IReadOnlyList<Agreement> all = Agreement.Of(pictures);
        foreach (Agreement agreement in all)
        {
            html.Line($"<tr><td>{Html.Text(agreement.Name)}</td><td class=\"n\">{Signed(agreement.Bias)}</td><td class=\"n\">{Percent(agreement.RelativeBias)}</td><td class=\"n\">{Range(agreement, "…")}</td></tr>");
        }

        (int matched, int found, int there, int merged, int split) = Sums(pictures);
        html.Line($"</table></div><p>Of {found} leaves found {matched} are right: precision {Share(matched, found)}. Of {there} leaves there {matched} are found: recall {Share(matched, there)}. {merged} found leaves merge several true ones, {split} true leaves are split.</p>");
        html.Line($"<p class=\"note\">Limits of agreement (Bland and Altman): mean ± 1.96 standard deviations of the differences. A leaf is found where a found one has an IoU of at least .5 with it; areas of leaves are those of found ones. On the line, found equals true.</p><div class=\"row\">");
        foreach (Agreement agreement in all)
        {
            WriteScatter(html, agreement);
        }

        html.Line($"</div>");
    }

    private static void WriteScatter(Html html, Agreement agreement)
    {
        if (agreement.Points.Count == 0)
        {
            html.Line($"<p class=\"note\">{Html.Text(agreement.Name)}: none</p>");
            return;
        }

        double most = Math.Max(1, agreement.Points.Max(point => Math.Max(point.True, point.Found)));
        int every = (agreement.Points.Count + MostPoints - 1) / MostPoints;
        Axis axis = new(0, most) { Text = Short };
        using Chart chart = new(html, agreement.Name, Frame, axis with { Name = "true" }, axis with { Name = "found" });
        chart.Axes();
        chart.Mark((0, 0), (most, most));
        foreach ((double True, double Found) point in agreement.Points.Where((_, i) => i % every == 0))
        {
            chart.Dot(point.True, point.Found);
        }
    }

    private static (int Matched, int Found, int There, int Merged, int Split) Sums(IReadOnlyList<PictureScore> pictures) => (
        pictures.Sum(picture => picture.Matches.Pairs.Count), pictures.Sum(picture => picture.Matches.FoundLeaves), pictures.Sum(picture => picture.Matches.TrueLeaves),
        pictures.Sum(picture => picture.Matches.Merged.Count), pictures.Sum(picture => picture.Matches.Split.Count));

    private static string Range(Agreement agreement, string to) => agreement.Limits is var (low, high)
        ? $"{Signed(low)} {to} {Signed(high)}"
        : $"no interval: {agreement.Points.Count} {agreement.PointName}{(agreement.Points.Count == 1 ? "" : "s")}";

    private static string Share(int part, int whole) => whole == 0 ? "–" : ((double)part / whole).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) < 100 ? "+0.00;-0.00;0.00" : "+0;-0;0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => double.IsNaN(value) ? "–" : value.ToString("+0.0%;-0.0%;0.0%", CultureInfo.InvariantCulture);

    /// <summary>A number that fits beside an axis: 118k for 118,000.</summary>
    private static string Short(double value) => value < 10_000
        ? value.ToString("0.#", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value / 1000:F0}k");
}
