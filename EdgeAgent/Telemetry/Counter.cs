namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>A number that many threads count up.</summary>
internal sealed class Counter
{
    private long value;

    public long Value => Interlocked.Read(ref value);

    public void Increment() => Add(1);

    public void Add(long count) => Interlocked.Add(ref value, count);
}
