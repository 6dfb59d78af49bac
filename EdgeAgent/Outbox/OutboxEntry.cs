namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>A result that is to be sent.</summary>
/// <param name="Sequence">Its place in the order of sending.</param>
/// <param name="Payload">The <c>leafseg.capture/1</c> message as it was recorded.</param>
/// <param name="FromEarlierRun">Recorded before this program started: it may have been sent already.</param>
internal sealed record OutboxEntry(long Sequence, byte[] Payload, bool FromEarlierRun);
