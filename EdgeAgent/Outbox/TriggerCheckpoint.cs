namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>What is known of the triggers when a result is recorded: the missed ones before it are published with it.</summary>
/// <param name="Captured">When the picture was taken.</param>
/// <param name="Boot">The machine's boot.</param>
/// <param name="Missed">Triggers missed in this boot.</param>
internal sealed record TriggerCheckpoint(DateTimeOffset Captured, string Boot, long Missed);
