namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>What is known of the leaves of one plant.</summary>
/// <param name="Plant">The plant's name.</param>
/// <param name="Series">The number of the plant that stands there now.</param>
/// <param name="State">See <see cref="Common.Tracking.TrackerFile"/>.</param>
internal sealed record PlantIdentities(string Plant, int Series, byte[] State);
