namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>One message to the broker.</summary>
internal sealed record OutgoingMessage
{
    public const string Json = "application/json";

    public required string Topic { get; init; }

    public required byte[] Payload { get; init; }

    /// <summary>QoS 0, for what may get lost; else QoS 1.</summary>
    public bool AtMostOnce { get; init; }

    public bool Retain { get; init; }

    public string? ContentType { get; init; } = Json;

    /// <summary>Seconds after which the broker drops it; null: never.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>MQTT 5: belongs to the message that this one answers.</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>What is inside is text.</summary>
    public bool IsText { get; init; } = true;
}
