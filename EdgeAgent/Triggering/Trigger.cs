using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>One request for a picture, on its way to the camera.</summary>
internal sealed record Trigger
{
    /// <summary>UUID version 7; the capture that this trigger leads to bears it too.</summary>
    public required Guid Id { get; init; }

    public required TriggerKind Kind { get; init; }

    /// <summary>Monotonic time of the edge; null for a trigger that has none.</summary>
    public required long? EdgeMonotonicNs { get; init; }

    /// <summary>Triggers that could not be served since the last one that was.</summary>
    public required long MissedBefore { get; init; }
}
