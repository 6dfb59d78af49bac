using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>The results of one plant's life, measured once and used by every rig: at another time, and of a plant of another size.</summary>
/// <param name="captures">In their order, each <paramref name="interval"/> after the one before.</param>
/// <param name="interval">From one to the next.</param>
internal sealed class SimulatedSeason(IReadOnlyList<CaptureResult> captures, TimeSpan interval)
{
    public int Count => captures.Count;

    /// <param name="rig">Whose capture it is.</param>
    /// <param name="boot">The rig's boot id.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="step">Which of the captures since the rig's first; after the last the next plant begins.</param>
    /// <param name="every">The rig's own time between two captures.</param>
    /// <param name="size">Area of the rig's plant against the measured one's.</param>
    /// <param name="now">When it is taken.</param>
    /// <param name="missedBefore">Triggers that were not served before it.</param>
    public CaptureResult At(Machine.RigName rig, string boot, long sequence, long step, TimeSpan every, double size, DateTimeOffset now, long missedBefore)
    {
        CaptureResult measured = captures[(int)(step % captures.Count)];
        int series = (int)(step / captures.Count) + 1;
        DateTimeOffset Then(DateTimeOffset moment) => now - (every * ((measured.Time - moment) / interval));
        return measured with
        {
            Id = Guid.CreateVersion7(now),
            Site = rig.Site,
            Rig = rig.Rig,
            Boot = boot,
            Sequence = sequence,
            Time = now,
            Clock = measured.Clock with { State = ClockState.Synchronised, ErrorMs = 4 },
            Trigger = measured.Trigger with { MissedBefore = missedBefore },
            Plants = [.. measured.Plants.Select(plant => Sized(plant, size) with
            {
                Series = series,
                Events = plant.Events is null ? null : [.. plant.Events.Select(happened => happened with { Id = Guid.CreateVersion7(now), Time = Then(happened.Time) })],
                Leaves = plant.Leaves is null ? null : [.. plant.Leaves.Select(leaf => Sized(leaf, size) with { Born = leaf.Born is { } born ? Then(born) : null })],
            })],
        };
    }

    private static CapturedPlant Sized(CapturedPlant plant, double size) => plant with
    {
        ProjectedLeafAreaPx = (int)(plant.ProjectedLeafAreaPx * size),
        ProjectedLeafAreaMm2 = Rounded(plant.ProjectedLeafAreaMm2 * size),
        ConvexHullAreaPx = Math.Round(plant.ConvexHullAreaPx * size),
        DiameterMm = Rounded(plant.DiameterMm * Math.Sqrt(size)),
    };

    private static CapturedLeaf Sized(CapturedLeaf leaf, double size) => leaf with
    {
        AreaPx = (int)(leaf.AreaPx * size),
        AreaMm2 = Rounded(leaf.AreaMm2 * size),
        LengthMm = Rounded(leaf.LengthMm * Math.Sqrt(size)),
        WidthMm = Rounded(leaf.WidthMm * Math.Sqrt(size)),
        PerimeterMm = Rounded(leaf.PerimeterMm * Math.Sqrt(size)),
    };

    private static double? Rounded(double? value) => value is { } there ? Math.Round(there, 2) : null;
}
