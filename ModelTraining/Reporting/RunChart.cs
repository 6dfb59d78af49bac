namespace LeafSeg.ModelTraining.Reporting;

/// <summary>Curves over the steps of a run: several lines, the stages as bands behind them, what happened as upright lines.</summary>
internal sealed class RunChart
{
    private const int Width = 480;
    private const int Left = 80;
    private const int Right = 14;
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
        (double Step, double Value)[] all = [.. Lines.SelectMany(line => Drawn(line.Points))];
        if (all.Length == 0)
        {
            html.Line($"<figure><figcaption>{Html.Text(Title)}: nothing recorded yet</figcaption></figure>");
            return;
        }

        double last = Math.Max(1, all.Max(point => point.Step));
        (string Label, double X, int Y)[] legend = Legend();
        ChartFrame frame = new(Width, Height: 300, Left, Right, Top: legend[^1].Y + 10, Bottom: 46);
        Axis steps = new(0, last) { Name = "step", Text = step => FormattableString.Invariant($"{step:F0}") };
        Axis values = new(all.Min(point => point.Value), all.Max(point => point.Value)) { Name = Quantity, IsLogarithmic = Logarithmic };
        using Chart chart = new(html, Title, frame, steps, values);
        foreach ((int i, (int step, string name)) in Stages.Index())
        {
            chart.Band(step, i + 1 < Stages.Count ? Stages[i + 1].Step : last, $"stage{i % 2}", name);
        }

        foreach (int step in Marks.Where(step => step <= last))
        {
            chart.Mark(step);
        }

        chart.Axes();
        foreach ((int i, (string name, IReadOnlyList<(double Step, double Value)> points)) in Lines.Index())
        {
            string colour = Colours[i % Colours.Length];
            chart.Line(Drawn(points), colour, name);
            chart.Key(legend[i].X, legend[i].Y, colour, legend[i].Label);
        }
    }

    private IEnumerable<(double Step, double Value)> Drawn(IEnumerable<(double Step, double Value)> points) =>
        points.Where(point => !Logarithmic || point.Value > 0);

    /// <summary>Name and newest value of each line, and where they are written: as many to a row as fit.</summary>
    private (string Label, double X, int Y)[] Legend()
    {
        List<(string, double, int)> places = [];
        (double x, int y) = (Left, FirstLegend);
        foreach ((string name, IReadOnlyList<(double Step, double Value)> points) in Lines)
        {
            string label = points.Count == 0 ? name : $"{name}{(Lines.Count == 1 ? " now" : "")} {Axis.Short(points[^1].Value)}";
            if (places.Count > 0 && x + 14 + (label.Length * CharacterWidth) > Width - Right)
            {
                (x, y) = (Left, y + LegendLine);
            }

            places.Add((label, x, y));
            x += 26 + (label.Length * CharacterWidth);
        }

        return [.. places];
    }
}
