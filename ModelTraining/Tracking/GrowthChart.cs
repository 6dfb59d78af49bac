using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>Curves over days as SVG, each in the colour that its leaf has in the pictures.</summary>
internal static class GrowthChart
{
    private const int Width = 560, Height = 300, Left = 64, Right = 26, Top = 30, Bottom = 36;

    /// <param name="html">Where to.</param>
    /// <param name="title">With the unit.</param>
    /// <param name="curves">Number of the leaf, 0 for none; and its values by day.</param>
    /// <param name="dots">Values without a line.</param>
    public static void Lines(Html html, string title, IReadOnlyList<(int Leaf, IReadOnlyList<(double Days, double Value)> Points)> curves, IReadOnlyList<(double Days, double Value)>? dots = null)
    {
        double last = Math.Max(1e-6, curves.SelectMany(curve => curve.Points).Concat(dots ?? []).Select(point => point.Days).DefaultIfEmpty(1).Max());
        double most = Math.Max(1e-6, curves.SelectMany(curve => curve.Points).Concat(dots ?? []).Select(point => point.Value).DefaultIfEmpty(1).Max()) * 1.05;
        double X(double days) => Left + ((Width - Left - Right) * days / last);
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * value / most);
        html.Line($"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(title)}\"><text class=\"title\" x=\"{Left}\" y=\"16\">{Html.Text(title)}</text>");
        html.Line($"<path class=\"axis\" d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\"/>");
        foreach (double value in new[] { 0, most / 1.05 / 2, most / 1.05 })
        {
            html.Line($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{Number(value)}</text>");
        }

        Days(html, last, X);
        foreach ((double days, double value) in dots ?? [])
        {
            html.Line($"<circle class=\"dot\" cx=\"{X(days):F1}\" cy=\"{Y(value):F1}\" r=\"2\"/>");
        }

        foreach ((int leaf, IReadOnlyList<(double Days, double Value)> points) in curves.Where(curve => curve.Points.Count > 0))
        {
            string path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Days):F1} {Y(point.Value):F1}")));
            html.Line($"{Edge($"M{path}")}<path d=\"M{path}\" fill=\"none\" stroke=\"{Colour(leaf)}\" stroke-width=\"2\"><title>{Name(leaf)}</title></path>");
            if (leaf > 0)
            {
                html.Line($"<text x=\"{X(points[^1].Days) + 3:F1}\" y=\"{Y(points[^1].Value) + 4:F1}\">{leaf}</text>");
            }
        }

        html.Line($"</svg></figure>");
    }

    /// <summary>The births one above the other: their distance in days is the phyllochron.</summary>
    public static void Births(Html html, IReadOnlyList<(int Leaf, double Days)> births, double last)
    {
        last = Math.Max(1e-6, last);
        int height = Top + Bottom + (18 * Math.Max(1, births.Count));
        double X(double days) => Left + ((Width - Left - Right) * days / last);
        html.Line($"<figure><svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Births of leaves\"><text class=\"title\" x=\"{Left}\" y=\"16\">births of leaves, days after the first picture</text>");
        html.Line($"<path class=\"axis\" d=\"M{Left} {height - Bottom}H{Width - Right}\"/>");
        foreach ((int i, (int leaf, double days)) in births.Index())
        {
            double y = height - Bottom - 10 - (18 * i);
            html.Line($"{Edge(string.Create(CultureInfo.InvariantCulture, $"M{X(days):F1} {y:F1}H{Width - Right}"))}<path d=\"M{X(days):F1} {y:F1}H{Width - Right}\" stroke=\"{Colour(leaf)}\" stroke-width=\"2\"/><circle class=\"edge\" cx=\"{X(days):F1}\" cy=\"{y:F1}\" r=\"5\" fill=\"{Colour(leaf)}\"/>");
            html.Line($"<text x=\"{X(days) - 9:F1}\" y=\"{y + 4:F1}\" text-anchor=\"end\">leaf {leaf}, day {days:0.0}</text>");
        }

        html.Line($"<text x=\"{Left}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\">0</text><text x=\"{Width - Right}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\">{Number(last)}</text>");
        html.Line($"</svg></figure>");
    }

    /// <summary>A darker line below a curve: some leaves are as light as the page.</summary>
    private static string Edge(string path) => $"<path class=\"edge\" d=\"{path}\" stroke-width=\"3\"/>";

    public static string Colour(int leaf)
    {
        if (leaf == 0)
        {
            return "var(--leaf)";
        }

        (byte r, byte g, byte b) = Overlay.ColourOf(leaf);
        return $"#{r:x2}{g:x2}{b:x2}";
    }

    private static void Days(Html html, double last, Func<double, double> x)
    {
        foreach (double days in new[] { 0, last / 2, last })
        {
            html.Line($"<text x=\"{x(days):F1}\" y=\"{Height - 16}\" text-anchor=\"middle\">{Number(days)}{(days == last ? " d" : "")}</text>");
        }
    }

    private static string Name(int leaf) => leaf > 0 ? $"leaf {leaf}" : "plant";

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
