namespace LeafSeg.Common.Tracking;

/// <summary>A plant's area over the last days, thinned so that it stays short however often pictures are taken.</summary>
internal sealed class AreaHistory
{
    private static readonly TimeSpan Spacing = TimeSpan.FromHours(3);

    private readonly List<(DateTimeOffset Time, double Area)> areas;

    public AreaHistory(bool inMm, IEnumerable<(DateTimeOffset Time, double Area)>? areas = null)
    {
        InMm = inMm;
        this.areas = [.. areas ?? []];
    }

    /// <summary>The areas are in square millimetres; else in pixels.</summary>
    public bool InMm { get; }

    public IReadOnlyList<(DateTimeOffset Time, double Area)> Areas => areas;

    public double? RatePerDay => GrowthRate.Of(areas);

    /// <summary>The history with one more area; a new one where the unit changed or the clock was set back.</summary>
    public AreaHistory With(DateTimeOffset time, double area, bool inMm)
    {
        if (inMm != InMm || (areas.Count > 0 && time < areas[^1].Time))
        {
            return new AreaHistory(inMm, [(time, area)]);
        }

        areas.RemoveAll(old => time - old.Time > GrowthRate.Window);

        // The last one moves on until it is far enough from the one before it: the newest area is always among them.
        if (areas.Count > 1 && areas[^1].Time - areas[^2].Time < Spacing)
        {
            areas.RemoveAt(areas.Count - 1);
        }

        areas.Add((time, area));
        return this;
    }
}
