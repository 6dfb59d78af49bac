using System.Globalization;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>Errors of what is measured, for the console, for the page with scatter plots, and for JSON.</summary>
internal static class AgreementReport
{
    private const int Side = 300;
    private const int Left = 58;
    private const int Bottom = 42;
    private const int Top = 26;
    private const int MostPoints = 4000;

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
        html.Line($"<svg viewBox=\"0 0 {Side + Left} {Side + Bottom}\" style=\"max-width:{Side + Left}px\" role=\"img\" aria-label=\"{Html.Text(agreement.Name)}: found over true\">");
        html.Line($"<text class=\"title\" x=\"{Left}\" y=\"14\">{Html.Text(agreement.Name)}</text>");
        html.Line($"<path class=\"axis\" d=\"M{Left} {Top}V{Side}H{Side + Left - 8}\"/><path class=\"mark\" d=\"M{X(0):F1} {Y(0):F1}L{X(most):F1} {Y(most):F1}\"/>");
        foreach ((double True, double Found) point in agreement.Points.Where((_, i) => i % every == 0))
        {
            html.Line($"<circle class=\"dot\" cx=\"{X(point.True):F1}\" cy=\"{Y(point.Found):F1}\" r=\"2.6\"/>");
        }

        foreach (double share in new[] { 0, .5, 1 })
        {
            html.Line($"<text x=\"{X(share * most):F1}\" y=\"{Side + 16}\" text-anchor=\"{(share == 1 ? "end" : "middle")}\">{Short(share * most)}</text><text x=\"{Left - 6}\" y=\"{Y(share * most) + 4:F1}\" text-anchor=\"end\">{Short(share * most)}</text>");
        }

        html.Line($"<text x=\"{Left + ((Side - Left) / 2)}\" y=\"{Side + 34}\" text-anchor=\"middle\">true</text><text x=\"14\" y=\"{Side / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {Side / 2})\">found</text></svg>");

        double X(double value) => Left + (value / most * (Side - 20));
        double Y(double value) => Side - (value / most * (Side - Top - 10));
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
