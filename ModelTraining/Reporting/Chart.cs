using System.Globalization;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>A chart of a page as SVG, drawn in the units of its data; what it consists of is drawn in the order of the calls.</summary>
internal sealed class Chart : IDisposable
{
    private readonly Html html;
    private readonly ChartFrame frame;
    private readonly Axis across;
    private readonly Axis up;

    public Chart(Html html, string title, ChartFrame frame, Axis across, Axis up)
    {
        (this.html, this.frame, this.across, this.up) = (html, frame, across, up);
        string style = frame.KeepsSize ? $" style=\"max-width:{frame.Width}px\"" : "";
        html.Line($"<svg viewBox=\"0 0 {frame.Width} {frame.Height}\"{style} role=\"img\" aria-label=\"{Html.Text(title)}\"><text class=\"title\" x=\"{frame.Left}\" y=\"16\">{Html.Text(title)}</text>");
    }

    private int Floor => frame.Height - frame.Bottom;

    private int RightEnd => frame.Width - frame.Right;

    public void Dispose() => html.Line($"</svg>");

    /// <summary>Both axes with their numbers and names.</summary>
    public void Axes()
    {
        html.Line($"<path class=\"axis\" d=\"M{frame.Left} {frame.Top}V{Floor}H{RightEnd}\"/>");
        foreach (double value in up.Ticks)
        {
            html.Line($"<text x=\"{frame.Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{Html.Text(up.Text(value))}</text>");
        }

        foreach ((int i, double value) in across.Ticks.Index())
        {
            string anchor = i == across.Ticks.Count - 1 ? "end" : "middle";
            html.Line($"<text x=\"{X(value):F1}\" y=\"{Floor + 16}\" text-anchor=\"{anchor}\">{Html.Text(across.Text(value))}</text>");
        }

        if (across.Name.Length > 0)
        {
            html.Line($"<text x=\"{(frame.Left + RightEnd) / 2}\" y=\"{frame.Height - 8}\" text-anchor=\"middle\">{Html.Text(across.Name)}</text>");
        }

        if (up.Name.Length > 0)
        {
            int middle = (frame.Top + Floor) / 2;
            html.Line($"<text x=\"14\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {middle})\">{Html.Text(up.Name)}</text>");
        }
    }

    /// <param name="points">In their order.</param>
    /// <param name="colour">Of CSS.</param>
    /// <param name="name">Shown where the pointer rests.</param>
    /// <param name="hasEdge">With a darker edge: some colours of leaves are as light as the page.</param>
    public void Line(IEnumerable<(double X, double Y)> points, string colour, string name, bool hasEdge = false)
    {
        string path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):F1} {Y(point.Y):F1}")));
        if (hasEdge)
        {
            html.Line($"<path class=\"edge\" d=\"M{path}\" stroke-width=\"3\"/>");
        }

        html.Line($"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"><title>{Html.Text(name)}</title></path>");
    }

    public void Dot(double x, double y) => html.Line($"<circle class=\"dot\" cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"2.5\"/>");

    /// <summary>A larger dot in a colour of its own.</summary>
    public void Dot(double x, double y, string colour) =>
        html.Line($"<circle class=\"edge\" cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"5\" fill=\"{colour}\"/>");

    /// <summary>A broken line between two points.</summary>
    public void Mark((double X, double Y) from, (double X, double Y) to) =>
        html.Line($"<path class=\"mark\" d=\"M{X(from.X):F1} {Y(from.Y):F1}L{X(to.X):F1} {Y(to.Y):F1}\"/>");

    /// <summary>A broken line from the bottom to the top.</summary>
    public void Mark(double x) => html.Line($"<path class=\"mark\" d=\"M{X(x):F1} {frame.Top}V{Floor}\"/>");

    /// <summary>A part of the ground in another colour, named where the name fits in.</summary>
    public void Band(double from, double to, string style, string name)
    {
        double width = Math.Max(0, X(to) - X(from));
        html.Line($"<rect class=\"{style}\" x=\"{X(from):F1}\" y=\"{frame.Top}\" width=\"{width:F1}\" height=\"{Floor - frame.Top}\"/>");
        if (width > 40)
        {
            html.Line($"<text x=\"{X(from) + 4:F1}\" y=\"{frame.Top + 12}\">{Html.Text(name)}</text>");
        }
    }

    /// <summary>From the bottom up to a value.</summary>
    public void Bar(double from, double to, double value, string name)
    {
        double width = Math.Max(1, X(to) - X(from) - 2);
        html.Line($"<rect class=\"bar\" x=\"{X(from):F1}\" y=\"{Y(value):F1}\" width=\"{width:F1}\" height=\"{Floor - Y(value):F1}\"><title>{Html.Text(name)}</title></rect>");
    }

    /// <summary>A text beside a point.</summary>
    /// <param name="x">Of the point.</param>
    /// <param name="y">Of the point.</param>
    /// <param name="offset">From there, in units of the drawing.</param>
    /// <param name="text">Not yet encoded.</param>
    /// <param name="anchor">Of SVG: start, middle or end.</param>
    public void Text(double x, double y, (int X, int Y) offset, string text, string anchor) =>
        html.Line($"<text x=\"{X(x) + offset.X:F1}\" y=\"{Y(y) + offset.Y:F1}\" text-anchor=\"{anchor}\">{Html.Text(text)}</text>");

    /// <summary>A square in a line's colour with its name, in units of the drawing.</summary>
    public void Key(double x, double y, string colour, string name) =>
        html.Line($"<rect x=\"{x:F0}\" y=\"{y - 8:F0}\" width=\"10\" height=\"8\" fill=\"{colour}\"/><text x=\"{x + 14:F0}\" y=\"{y:F0}\">{Html.Text(name)}</text>");

    private double X(double value) => frame.Left + (across.Share(value) * (RightEnd - frame.Left));

    private double Y(double value) => Floor - (up.Share(value) * (Floor - frame.Top - frame.Headroom));
}
