using System.Globalization;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>A curve over the steps of a run, drawn as SVG.</summary>
internal static class Curve
{
    private const int Width = 560;
    private const int Height = 240;
    private const int Left = 56;
    private const int Bottom = 28;
    private const int Top = 28;

    /// <summary>Reads one column of a run's CSV file over its steps.</summary>
    /// <param name="path">losses.csv or scores.csv.</param>
    /// <param name="column">Its name in the first line.</param>
    /// <param name="average">So many lines become one point.</param>
    public static IReadOnlyList<(double Step, double Value)> Read(string path, string column, int average) =>
    [
        .. RunTable.Read(path).Numbers(column).Chunk(average)
            .Select(chunk => (chunk.Average(point => point.Step), chunk.Average(point => point.Value))),
    ];

    public static string Draw(string title, IReadOnlyList<(double Step, double Value)> points)
    {
        if (points.Count == 0)
        {
            return $"<p>{title}: nothing recorded</p>";
        }

        double last = points.Max(p => p.Step);
        double low = points.Min(p => p.Value), high = points.Max(p => p.Value);
        (low, high) = high > low ? (low, high) : (low - 0.5, high + 0.5);
        string path = string.Join(' ', points.Select(p => string.Create(
            CultureInfo.InvariantCulture, $"{X(p.Step):F1},{Y(p.Value):F1}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">
            <text x="{Left}" y="16" font-size="14" fill="currentColor">{title}</text>
            <path d="M{Left} {Top}V{Height - Bottom}H{Width - 8}" stroke="currentColor" opacity=".4" fill="none"/>
            <text x="{Left - 6}" y="{Y(high) + 4:F1}" text-anchor="end">{high:G3}</text>
            <text x="{Left - 6}" y="{Y(low) + 4:F1}" text-anchor="end">{low:G3}</text>
            <text x="{Width - 8}" y="{Height - 8}" text-anchor="end">step {last:F0}</text>
            <polyline points="{path}" fill="none" stroke="#2f7d4f" stroke-width="2" stroke-linejoin="round"/>
            <circle cx="{X(points[^1].Step):F1}" cy="{Y(points[^1].Value):F1}" r="3.5" fill="#2f7d4f"/>
            <text x="{X(points[^1].Step) - 6:F1}" y="{Y(points[^1].Value) - 8:F1}" text-anchor="end" fill="currentColor">{points[^1].Value:G3}</text>
            </svg>
            """);

        double X(double step) => Left + (step / last * (Width - Left - 20));
        double Y(double value) => Height - Bottom - 6 - ((value - low) / (high - low) * (Height - Bottom - Top - 18));
    }
}
