namespace LeafSeg.EdgeAgent.Capture;

/// <summary>One change of an output line.</summary>
/// <param name="AtNs">Nanoseconds after the trigger is served.</param>
/// <param name="Line">Offset on the chip.</param>
/// <param name="High">The level from then on.</param>
internal readonly record struct LineChange(long AtNs, int Line, bool High);

/// <summary>Delay, width and polarity of a pulse as changes of its line.</summary>
internal sealed record Pulse(int Line, bool ActiveLow, double DelayMs, double WidthMs)
{
    public LineChange Begin => new((long)(DelayMs * 1e6), Line, !ActiveLow);

    public LineChange End => new((long)((DelayMs + WidthMs) * 1e6), Line, ActiveLow);

    /// <summary>All changes of several pulses in the order of their time.</summary>
    public static IReadOnlyList<LineChange> Changes(IEnumerable<Pulse> pulses) =>
        [.. pulses.SelectMany(p => (LineChange[])[p.Begin, p.End]).OrderBy(change => change.AtNs)];
}
