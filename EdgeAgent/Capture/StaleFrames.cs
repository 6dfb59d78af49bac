namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// Distinguishes a frame that the driver buffered before the trigger from one that was exposed for it: by the driver's own
/// time stamp where it gives one of the machine's monotonic clock (V4L2 does), else by how long it let itself be awaited.
/// </summary>
internal static class StaleFrames
{
    /// <summary>V4L2 keeps this many frames from before the trigger.</summary>
    public const int Buffered = 4;

    private const long AtOnceNs = 3_000_000;

    /// <summary>A stamp further off than that is of another clock.</summary>
    private const long SameClockNs = 60_000_000_000;

    /// <param name="askedNs">Monotonic time when the picture was requested.</param>
    /// <param name="grabbedNs">Monotonic time when the driver handed the frame over.</param>
    /// <param name="waitedNs">How long it took to do so.</param>
    /// <param name="stampNs">The driver's time stamp; 0 where it gives none.</param>
    public static bool IsStale(long askedNs, long grabbedNs, long waitedNs, long stampNs) =>
        stampNs > 0 && Math.Abs(grabbedNs - stampNs) < SameClockNs ? stampNs < askedNs : waitedNs <= AtOnceNs;
}
