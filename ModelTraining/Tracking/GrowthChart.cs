using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>Curves over days, each in the colour that its leaf has in the pictures.</summary>
internal static class GrowthChart
{
    private const int BirthLine = 18;

    private static readonly ChartFrame Frame = new(Width: 560, Height: 300, Left: 64, Right: 26, Top: 30, Bottom: 36);

    /// <param name="html">Where to.</param>
    /// <param name="title">With the unit.</param>
    /// <param name="curves">Number of the leaf, 0 for none; and its values by day.</param>
    /// <param name="dots">Values without a line.</param>
    public static void Lines(Html html, string title, IReadOnlyList<(int Leaf, IReadOnlyList<(double Days, double Value)> Points)> curves, IReadOnlyList<(double Days, double Value)>? dots = null)
    {
        (double Days, double Value)[] all = [.. curves.SelectMany(curve => curve.Points).Concat(dots ?? [])];
        using Chart chart = new(html, title, Frame, Days(all.Select(point => point.Days)), new Axis(0, Most(all.Select(point => point.Value))) { Text = Number });
        chart.Axes();
        foreach ((double days, double value) in dots ?? [])
        {
            chart.Dot(days, value);
        }

        foreach ((int leaf, IReadOnlyList<(double Days, double Value)> points) in curves.Where(curve => curve.Points.Count > 0))
        {
            chart.Line(points, Colour(leaf), Name(leaf), hasEdge: true);
            if (leaf > 0)
            {
                chart.Text(points[^1].Days, points[^1].Value, (3, 4), leaf.ToString(CultureInfo.InvariantCulture), "start");
            }
        }
    }

    /// <summary>The births one above the other: their distance in days is the phyllochron.</summary>
    public static void Births(Html html, IReadOnlyList<(int Leaf, double Days)> births, double last)
    {
        int lines = Math.Max(1, births.Count);
        ChartFrame frame = Frame with { Height = Frame.Top + Frame.Bottom + (BirthLine * lines), Headroom = 0 };
        Axis days = Days([last]);
        using Chart chart = new(html, "births of leaves, days after the first picture", frame, days, new Axis(0, lines) { Ticks = [] });
        chart.Axes();
        foreach ((int i, (int leaf, double day)) in births.Index())
        {
            double y = i + 0.5;
            chart.Line([(day, y), (days.High, y)], Colour(leaf), Name(leaf), hasEdge: true);
            chart.Dot(day, y, Colour(leaf));
            chart.Text(day, y, (-9, 4), string.Create(CultureInfo.InvariantCulture, $"leaf {leaf}, day {day:0.0}"), "end");
        }
    }

    public static string Colour(int leaf)
    {
        if (leaf == 0)
        {
            return "var(--leaf)";
        }

        (byte r, byte g, byte b) = Overlay.ColourOf(leaf);
        return $"#{r:x2}{g:x2}{b:x2}";
    }

    private static Axis Days(IEnumerable<double> days)
    {
        double last = Most(days);
        return new Axis(0, last) { Text = day => day == last ? $"{Number(day)} d" : Number(day) };
    }

    private static double Most(IEnumerable<double> values) => Math.Max(1e-6, values.DefaultIfEmpty(1).Max());

    private static string Name(int leaf) => leaf > 0 ? $"leaf {leaf}" : "plant";

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
