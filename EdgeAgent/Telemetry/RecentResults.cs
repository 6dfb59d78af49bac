namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>The newest results of this run, and the newest overlay.</summary>
internal sealed class RecentResults
{
    private const int Most = 500;
    private readonly List<ResultSummary> results = [];
    private readonly Lock gate = new();
    private long acknowledgedUpTo;

    /// <summary>The broker has acknowledged a result.</summary>
    public event Action<ResultSummary>? Acknowledged;

    /// <summary>JPEG of the newest picture with its leaves outlined, and the result it belongs to; null before the first.</summary>
    public (long Sequence, Guid Capture, byte[] Jpeg)? Overlay { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ResultSummary> All
    {
        get
        {
            lock (gate)
            {
                return [.. results];
            }
        }
    }

    /// <summary>The broker may well have been faster and have acknowledged it already.</summary>
    public void Add(ResultSummary result)
    {
        lock (gate)
        {
            result = result with { Acknowledged = result.Sequence <= acknowledgedUpTo };
            results.Add(result);
            if (results.Count > Most)
            {
                results.RemoveAt(0);
            }
        }

        if (result.Acknowledged)
        {
            Acknowledged?.Invoke(result);
        }
    }

    public void Show(long sequence, Guid capture, byte[] overlayJpeg) => Overlay = (sequence, capture, overlayJpeg);

    public void Acknowledge(long sequence)
    {
        List<ResultSummary> acknowledged = [];
        lock (gate)
        {
            acknowledgedUpTo = sequence;
            for (int i = results.Count - 1; i >= 0 && results[i].Sequence >= sequence; i--)
            {
                if (results[i].Sequence == sequence)
                {
                    acknowledged.Insert(0, results[i] = results[i] with { Acknowledged = true });
                }
            }
        }

        foreach (ResultSummary result in acknowledged)
        {
            Acknowledged?.Invoke(result);
        }
    }
}
