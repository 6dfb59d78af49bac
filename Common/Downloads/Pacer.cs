namespace LeafSeg.Common.Downloads;

/// <summary>Keeps a transfer to a rate by waiting: a greenhouse's line is the dashboard's too.</summary>
internal sealed class Pacer(long? bytesPerSecond, TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private long spent;

    /// <summary>Waits until so many more bytes may have come.</summary>
    public Task SpendAsync(int bytes, CancellationToken cancellationToken)
    {
        spent += bytes;
        TimeSpan early = bytesPerSecond is { } rate ? TimeSpan.FromSeconds((double)spent / rate) - time.GetElapsedTime(start) : TimeSpan.Zero;
        return early > TimeSpan.Zero ? Task.Delay(early, time, cancellationToken) : Task.CompletedTask;
    }
}
