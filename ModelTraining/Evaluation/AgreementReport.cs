using System.Globalization;
using System.Net;
using System.Text;

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
            (double low, double high) = agreement.Limits;
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{agreement.Name,-38}{Signed(agreement.Bias),8}{Percent(agreement.RelativeBias),8}  {Signed(low)} to {Signed(high)}"));
        }

        (int matched, int found, int there, int merged, int split) = Sums(pictures);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Leaves at IoU .5: precision {Share(matched, found)} ({found - matched} of {found} false), recall {Share(matched, there)} ({there - matched} of {there} missed), {merged} merged, {split} split"));
    }

    public static void Write(StringBuilder html, IReadOnlyList<PictureScore> pictures)
    {
        html.AppendLine("<h2>Error of what is measured</h2><div class=\"wide\"><table><tr><th></th><th class=\"n\">mean of found − true</th><th class=\"n\">in %</th><th class=\"n\">95 % of the differences</th></tr>");
        IReadOnlyList<Agreement> all = Agreement.Of(pictures);
        foreach (Agreement agreement in all)
        {
            (double low, double high) = agreement.Limits;
            html.AppendLine(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(agreement.Name)}</td><td class=\"n\">{Signed(agreement.Bias)}</td><td class=\"n\">{Percent(agreement.RelativeBias)}</td><td class=\"n\">{Signed(low)} … {Signed(high)}</td></tr>");
        }

        (int matched, int found, int there, int merged, int split) = Sums(pictures);
        html.AppendLine(CultureInfo.InvariantCulture, $"</table></div><p>Of {found} leaves found {matched} are right: precision {Share(matched, found)}. Of {there} leaves there {matched} are found: recall {Share(matched, there)}. {merged} found leaves merge several true ones, {split} true leaves are split.</p>");
        html.AppendLine("<p class=\"note\">Limits of agreement (Bland and Altman): mean ± 1.96 standard deviations of the differences. A leaf is found where a found one has an IoU of at least .5 with it; areas of leaves are those of found ones. On the line, found equals true.</p><div class=\"curves\">");
        foreach (Agreement agreement in all)
        {
            html.AppendLine(Scatter(agreement));
        }

        html.AppendLine("</div>");
    }

    private static string Scatter(Agreement agreement)
    {
        if (agreement.Points.Count == 0)
        {
            return $"<p class=\"note\">{WebUtility.HtmlEncode(agreement.Name)}: none</p>";
        }

        double most = Math.Max(1, agreement.Points.Max(point => Math.Max(point.True, point.Found)));
        int every = (agreement.Points.Count + MostPoints - 1) / MostPoints;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Side + Left} {Side + Bottom}\" style=\"max-width:{Side + Left}px\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(agreement.Name)}: found over true\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"14\" font-size=\"14\">{WebUtility.HtmlEncode(agreement.Name)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Top}V{Side}H{Side + Left - 8}\" stroke=\"currentColor\" opacity=\".4\" fill=\"none\"/><path d=\"M{X(0):F1} {Y(0):F1}L{X(most):F1} {Y(most):F1}\" stroke=\"currentColor\" opacity=\".5\" stroke-dasharray=\"4 3\" fill=\"none\"/>");
        foreach ((double True, double Found) point in agreement.Points.Where((_, i) => i % every == 0))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.True):F1}\" cy=\"{Y(point.Found):F1}\" r=\"2.6\" fill=\"#2f7d4f\" opacity=\".55\"/>");
        }

        foreach (double share in new[] { 0, .5, 1 })
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(share * most):F1}\" y=\"{Side + 16}\" text-anchor=\"{(share == 1 ? "end" : "middle")}\">{Short(share * most)}</text><text x=\"{Left - 6}\" y=\"{Y(share * most) + 4:F1}\" text-anchor=\"end\">{Short(share * most)}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + ((Side - Left) / 2)}\" y=\"{Side + 34}\" text-anchor=\"middle\">true</text><text x=\"14\" y=\"{Side / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {Side / 2})\">found</text></svg>");
        return svg.ToString();

        double X(double value) => Left + (value / most * (Side - 20));
        double Y(double value) => Side - (value / most * (Side - Top - 10));
    }

    private static (int Matched, int Found, int There, int Merged, int Split) Sums(IReadOnlyList<PictureScore> pictures) => (
        pictures.Sum(picture => picture.Matches.Pairs.Count), pictures.Sum(picture => picture.Matches.FoundLeaves), pictures.Sum(picture => picture.Matches.TrueLeaves),
        pictures.Sum(picture => picture.Matches.Merged.Count), pictures.Sum(picture => picture.Matches.Split.Count));

    private static string Share(int part, int whole) => whole == 0 ? "–" : ((double)part / whole).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) < 100 ? "+0.00;-0.00;0.00" : "+0;-0;0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => double.IsNaN(value) ? "–" : value.ToString("+0.0%;-0.0%;0.0%", CultureInfo.InvariantCulture);

    /// <summary>A number that fits beside an axis: 118k for 118,000.</summary>
    private static string Short(double value) => value < 10_000
        ? value.ToString("0.#", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value / 1000:F0}k");
}
