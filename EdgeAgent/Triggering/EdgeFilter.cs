namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// Distinguishes a pulse from bounce and noise. The line counts as active once it has stayed so for the debounce time; the
/// pulse's time is the edge itself, not the moment it was believed. Further pulses within the hold-off are ignored.
/// </summary>
internal sealed class EdgeFilter(TimeSpan debounce, TimeSpan holdOff)
{
    private readonly long debounceNs = (long)debounce.TotalNanoseconds;
    private readonly long holdOffNs = (long)holdOff.TotalNanoseconds;
    private long? candidate;
    private long? accepted;

    /// <summary>Takes in an edge; returns the edge of a pulse that is thereby proved, or null.</summary>
    public long? Edge(bool active, long monotonicNs)
    {
        long? before = Settle(monotonicNs);
        candidate = active ? monotonicNs : null;
        return before ?? Settle(monotonicNs);
    }

    /// <summary>No edge came until now: returns the edge of a pulse that is thereby proved, or null.</summary>
    public long? Settle(long monotonicNs)
    {
        if (candidate is not { } edge || monotonicNs - edge < debounceNs)
        {
            return null;
        }

        candidate = null;
        if (accepted is { } last && edge - last < holdOffNs)
        {
            return null;
        }

        accepted = edge;
        return edge;
    }

    /// <summary>How long the line must still stay as it is to prove a pulse; null: no edge waits for that.</summary>
    public TimeSpan? Left(long monotonicNs) =>
        candidate is { } edge ? TimeSpan.FromMicroseconds((edge + debounceNs - monotonicNs) / 1e3) : null;
}
