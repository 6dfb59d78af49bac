namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>One message from the broker.</summary>
internal sealed record IncomingMessage
{
    public required string Topic { get; init; }

    public required byte[] Payload { get; init; }

    /// <summary>Out of the broker's store: sent at some time before.</summary>
    public bool Retained { get; init; }

    /// <summary>MQTT 5: where an answer is awaited; null: nowhere in particular.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>MQTT 5: goes back with the answer as it is.</summary>
    public byte[]? CorrelationData { get; init; }
}
