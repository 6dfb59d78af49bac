namespace LeafSeg.EdgeAgent.Machine;

/// <summary>The machine's clock that never jumps, as edges, frames and messages carry it.</summary>
internal static class MonotonicClock
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since the machine started (CLOCK_MONOTONIC with the system's provider).</summary>
    public static long MonotonicNs(this TimeProvider time) =>
        (long)((Int128)time.GetTimestamp() * NsPerSecond / time.TimestampFrequency);

    public static double MillisecondsSince(this TimeProvider time, long monotonicNs) =>
        (time.MonotonicNs() - monotonicNs) / 1e6;
}
