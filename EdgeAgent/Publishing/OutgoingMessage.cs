namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>One message to the broker, always at QoS 1.</summary>
internal sealed record OutgoingMessage
{
    public const string Json = "application/json";

    public required string Topic { get; init; }

    public required byte[] Payload { get; init; }

    public bool Retain { get; init; }

    public string? ContentType { get; init; } = Json;

    /// <summary>Seconds after which the broker drops it; null: never.</summary>
    public uint? ExpirySeconds { get; init; }
}
