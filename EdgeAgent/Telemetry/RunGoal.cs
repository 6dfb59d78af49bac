namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>How a run can be over.</summary>
internal enum RunEnd
{
    /// <summary>As many results as requested are acknowledged.</summary>
    Reached,

    /// <summary>There are no more pictures, and every result is acknowledged.</summary>
    OutOfFrames,
}

/// <summary>Knows when a run is over: after a number of acknowledged results, or when there are no more pictures.</summary>
/// <param name="captures">How many results to acknowledge; null: as many as there are pictures.</param>
internal sealed class RunGoal(long? captures)
{
    private readonly TaskCompletionSource<RunEnd> over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private long begun;
    private long acknowledged;
    private int camerasOut;

    public long? Captures => captures;

    /// <summary>How many cameras there are; set before the run.</summary>
    public int Cameras { get; set; } = 1;

    public long Acknowledged
    {
        get
        {
            lock (gate)
            {
                return acknowledged;
            }
        }
    }

    public Task<RunEnd> Over => over.Task;

    /// <summary>Takes one of the captures that are still wanted; false: enough are on their way.</summary>
    public bool TryBegin()
    {
        lock (gate)
        {
            if (begun >= captures)
            {
                return false;
            }

            begun++;
            return true;
        }
    }

    /// <summary>A capture that was begun leads to no result; another may be begun in its place.</summary>
    public void GiveUp() => Change(() => begun--);

    /// <summary>A camera has no more pictures; the run is over when that is true of all of them.</summary>
    public void NoMoreFrames() => Change(() => camerasOut++);

    /// <summary>The broker has acknowledged a result of this run.</summary>
    public void Acknowledge() => Change(() => acknowledged++);

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            if (acknowledged >= captures)
            {
                over.TrySetResult(RunEnd.Reached);
            }
            else if (camerasOut >= Cameras && acknowledged == begun)
            {
                over.TrySetResult(RunEnd.OutOfFrames);
            }
        }
    }
}
