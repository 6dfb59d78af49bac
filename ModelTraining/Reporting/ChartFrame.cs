namespace LeafSeg.ModelTraining.Reporting;

/// <summary>The size of a chart and its margins, in units of the drawing (pixels where it is shown at its own size).</summary>
internal sealed record ChartFrame(int Width, int Height, int Left, int Right, int Top, int Bottom)
{
    /// <summary>Between the highest value and the upper margin.</summary>
    public int Headroom { get; init; } = 12;

    /// <summary>Never shown larger than its own size; otherwise as wide as its place.</summary>
    public bool KeepsSize { get; init; }
}
