namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>The newest numbers of one plant.</summary>
/// <param name="Plant">The plant's name.</param>
/// <param name="Sequence">The capture that they are from.</param>
/// <param name="Payload">The <c>leafseg.plant/1</c> message.</param>
internal sealed record PlantEntry(string Plant, long Sequence, byte[] Payload);
