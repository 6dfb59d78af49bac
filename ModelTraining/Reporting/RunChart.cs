using System.Globalization;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>Curves over the steps of a run as SVG: several lines, the stages as bands behind them, what happened as upright lines.</summary>
internal sealed class RunChart
{
    private const int Width = 480;
    private const int Height = 300;
    private const int Left = 80;
    private const int Right = 14;
    private const int Bottom = 46;
    private const int FirstLegend = 36;
    private const int LegendLine = 16;
    private const double CharacterWidth = 7.2;

    /// <summary>Distinct for people with colour vision deficiency, too (Okabe and Ito 2008).</summary>
    private static readonly string[] Colours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"];

    public required string Title { get; init; }

    /// <summary>What the upright axis counts, with its unit.</summary>
    public required string Quantity { get; init; }

    public required IReadOnlyList<(string Name, IReadOnlyList<(double Step, double Value)> Points)> Lines { get; init; }

    /// <summary>Where each stage begins, in order.</summary>
    public IReadOnlyList<(int Step, string Name)> Stages { get; init; } = [];

    /// <summary>Drawn as upright lines; the report's table explains them.</summary>
    public IReadOnlyList<int> Marks { get; init; } = [];

    /// <summary>For rates, which fall by tens.</summary>
    public bool Logarithmic { get; init; }

    public void Write(Html html)
    {
        (double Step, double Value)[] all = [.. Lines.SelectMany(line => line.Points).Where(p => !Logarithmic || p.Value > 0)];
        if (all.Length == 0)
        {
            html.Line($"<figure><figcaption>{Html.Text(Title)}: nothing recorded yet</figcaption></figure>");
            return;
        }

        double last = all.Max(p => p.Step);
        double low = all.Min(p => Scale(p.Value)), high = all.Max(p => Scale(p.Value));
        (low, high) = high > low ? (low, high) : (low - 0.5, high + 0.5);
        (string Label, double X, int Y)[] legend = Legend();
        int top = legend[^1].Y + 10;
        html.Line($"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(Title)}\">");
        html.Line($"<text x=\"{Left}\" y=\"18\" class=\"title\">{Html.Text(Title)}</text>");
        for (int i = 0; i < Stages.Count; i++)
        {
            double from = X(Stages[i].Step), to = i + 1 < Stages.Count ? X(Stages[i + 1].Step) : X(last);
            html.Line($"<rect x=\"{from:F1}\" y=\"{top}\" width=\"{Math.Max(0, to - from):F1}\" height=\"{Height - Bottom - top}\" class=\"stage{i % 2}\"/>");
            if (to - from > 40)
            {
                html.Line($"<text x=\"{from + 4:F1}\" y=\"{top + 12}\">{Html.Text(Stages[i].Name)}</text>");
            }
        }

        foreach (int step in Marks.Where(step => step <= last))
        {
            html.Line($"<path d=\"M{X(step):F1} {top}V{Height - Bottom}\" class=\"mark\"/>");
        }

        html.Line($"<path d=\"M{Left} {top}V{Height - Bottom}H{Width - Right}\" class=\"axis\"/>");
        foreach (double part in new[] { 0, 0.5, 1 })
        {
            double value = Value(low + (part * (high - low)));
            html.Line($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{Short(value)}</text>");
        }

        html.Line($"<text x=\"{Left}\" y=\"{Height - Bottom + 16}\">0</text><text x=\"{X(last / 2):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{last / 2:F0}</text><text x=\"{Width - Right}\" y=\"{Height - Bottom + 16}\" text-anchor=\"end\">{last:F0}</text>");
        html.Line($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">step</text><text x=\"14\" y=\"{(top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(top + Height - Bottom) / 2})\">{Html.Text(Quantity)}</text>");
        for (int i = 0; i < Lines.Count; i++)
        {
            string colour = Colours[i % Colours.Length];
            string path = string.Join(' ', Lines[i].Points.Where(p => !Logarithmic || p.Value > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Step):F1},{Y(p.Value):F1}")));
            html.Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"/>");
            html.Line($"<rect x=\"{legend[i].X:F0}\" y=\"{legend[i].Y - 8}\" width=\"10\" height=\"8\" fill=\"{colour}\"/><text x=\"{legend[i].X + 14:F0}\" y=\"{legend[i].Y}\">{Html.Text(legend[i].Label)}</text>");
        }

        html.Line($"</svg></figure>");

        double Scale(double value) => Logarithmic ? Math.Log10(value) : value;
        double Value(double scaled) => Logarithmic ? Math.Pow(10, scaled) : scaled;
        double X(double step) => Left + (step / Math.Max(1, last) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - 4 - ((Scale(value) - low) / (high - low) * (Height - Bottom - top - 22));
    }

    /// <summary>Name and newest value of each line, and where they are written: as many to a row as fit.</summary>
    private (string Label, double X, int Y)[] Legend()
    {
        List<(string, double, int)> places = [];
        (double x, int y) = (Left, FirstLegend);
        foreach ((string name, IReadOnlyList<(double Step, double Value)> points) in Lines)
        {
            string label = points.Count == 0 ? name : $"{name}{(Lines.Count == 1 ? " now" : "")} {Short(points[^1].Value)}";
            if (places.Count > 0 && x + 14 + (label.Length * CharacterWidth) > Width - Right)
            {
                (x, y) = (Left, y + LegendLine);
            }

            places.Add((label, x, y));
            x += 26 + (label.Length * CharacterWidth);
        }

        return [.. places];
    }

    /// <summary>Three digits; 7.48e-6 for small numbers.</summary>
    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+0", "e", StringComparison.Ordinal);
}
