namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>One message from the broker, which waits for its acknowledgement.</summary>
/// <param name="Topic">The whole topic.</param>
/// <param name="Payload">As it came.</param>
/// <param name="Reading">What it says.</param>
/// <param name="AcknowledgeAsync">Has the broker forget it.</param>
internal sealed record Delivery(string Topic, byte[] Payload, Reading Reading, Func<CancellationToken, Task> AcknowledgeAsync)
{
    /// <summary>The same, to be kept aside.</summary>
    public Delivery Refused(string reason) => this with { Reading = new UnreadableReading(reason) };
}
