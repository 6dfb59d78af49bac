namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Counts what is committed, for a line in the log once in a while.</summary>
internal sealed class IngestProgress(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private long since = time.GetTimestamp();
    private IngestReport counted = new(0, 0, 0, 0);

    /// <summary>All messages so far.</summary>
    public long Messages { get; private set; }

    public void Count(IReadOnlyList<Delivery> batch, int newCaptures)
    {
        Messages += batch.Count;
        counted = counted with
        {
            Captures = counted.Captures + newCaptures,
            Known = counted.Known + batch.Count(delivery => delivery.Reading is CaptureReading) - newCaptures,
            SetAside = counted.SetAside + batch.Count(delivery => delivery.Reading is UnreadableReading),
        };
    }

    /// <summary>What was counted since the last report; null: it is too early, or nothing was.</summary>
    public IngestReport? Due()
    {
        TimeSpan elapsed = time.GetElapsedTime(since);
        if (elapsed < Interval || counted is { Captures: 0, Known: 0, SetAside: 0 })
        {
            return null;
        }

        IngestReport report = counted with { Seconds = elapsed.TotalSeconds };
        (since, counted) = (time.GetTimestamp(), new IngestReport(0, 0, 0, 0));
        return report;
    }
}

/// <summary>What was committed in a time.</summary>
internal sealed record IngestReport(long Captures, long Known, long SetAside, double Seconds);
