namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>
/// Whether captures continue: a result was recorded since the last check, or none is being processed. A camera that is missing is
/// seen to by the agent itself, for as long as its settings say: each attempt to open it counts too.
/// </summary>
internal sealed class CaptureProgress(Counters counters, AlarmBoard alarms)
{
    private (long Results, long Attempts) seen;

    /// <summary>False: a trigger was taken, and nothing has come of it since the last look.</summary>
    public bool Look()
    {
        // A trigger ends as a result or as missed.
        long results = counters.Results.Value;
        long pending = counters.Triggers.Value - counters.Missed.Value - results;
        (long, long) now = (results, counters.FrameErrors.Value);
        bool progressed = now != seen;
        seen = now;

        // A result that the disk does not take is held in memory: a new process would only lose it.
        return pending <= 0 || progressed || alarms.Lasting.ContainsKey(AlarmCode.OutboxFailed);
    }
}
