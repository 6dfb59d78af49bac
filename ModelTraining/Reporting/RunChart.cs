using System.Globalization;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>Curves over the steps of a run as SVG: several lines, the stages as bands behind them, what happened as upright lines.</summary>
internal sealed class RunChart
{
    private const int Width = 620;
    private const int Height = 300;
    private const int Left = 74;
    private const int Right = 14;
    private const int Top = 62;
    private const int Bottom = 46;
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
        html.Line($"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(Title)}\">");
        html.Line($"<text x=\"{Left}\" y=\"18\" class=\"title\">{Html.Text(Title)}</text>");
        for (int i = 0; i < Stages.Count; i++)
        {
            double from = X(Stages[i].Step), to = i + 1 < Stages.Count ? X(Stages[i + 1].Step) : X(last);
            html.Line($"<rect x=\"{from:F1}\" y=\"{Top}\" width=\"{Math.Max(0, to - from):F1}\" height=\"{Height - Bottom - Top}\" class=\"stage{i % 2}\"/>");
            if (to - from > 40)
            {
                html.Line($"<text x=\"{from + 4:F1}\" y=\"{Top + 12}\">{Html.Text(Stages[i].Name)}</text>");
            }
        }

        foreach (int step in Marks.Where(step => step <= last))
        {
            html.Line($"<path d=\"M{X(step):F1} {Top}V{Height - Bottom}\" class=\"mark\"/>");
        }

        html.Line($"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" class=\"axis\"/>");
        foreach (double part in new[] { 0, 0.5, 1 })
        {
            double value = Value(low + (part * (high - low)));
            html.Line($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{value:G3}</text>");
        }

        html.Line($"<text x=\"{Left}\" y=\"{Height - Bottom + 16}\">0</text><text x=\"{X(last / 2):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{last / 2:F0}</text><text x=\"{Width - Right}\" y=\"{Height - Bottom + 16}\" text-anchor=\"end\">{last:F0}</text>");
        html.Line($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">step</text><text x=\"14\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(Top + Height - Bottom) / 2})\">{Html.Text(Quantity)}</text>");
        double legend = Left, legendLine = 36;
        for (int i = 0; i < Lines.Count; i++)
        {
            (string name, IReadOnlyList<(double Step, double Value)> points) = Lines[i];
            string colour = Colours[i % Colours.Length];
            string path = string.Join(' ', points.Where(p => !Logarithmic || p.Value > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Step):F1},{Y(p.Value):F1}")));
            html.Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"/>");
            string label = points.Count > 0 && Lines.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"{name} now {points[^1].Value:G3}") : points.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{name} {points[^1].Value:G3}") : name;
            if (i > 0 && legend + 14 + (label.Length * CharacterWidth) > Width - Right)
            {
                (legend, legendLine) = (Left, legendLine + 16);
            }

            html.Line($"<rect x=\"{legend:F0}\" y=\"{legendLine - 8}\" width=\"10\" height=\"8\" fill=\"{colour}\"/><text x=\"{legend + 14:F0}\" y=\"{legendLine}\">{Html.Text(label)}</text>");
            legend += 26 + (label.Length * CharacterWidth);
        }

        html.Line($"</svg></figure>");

        double Scale(double value) => Logarithmic ? Math.Log10(value) : value;
        double Value(double scaled) => Logarithmic ? Math.Pow(10, scaled) : scaled;
        double X(double step) => Left + (step / Math.Max(1, last) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - 4 - ((Scale(value) - low) / (high - low) * (Height - Bottom - Top - 22));
    }
}
