using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

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

    /// <summary>The message as the library sends it; what came with MQTT 5 is left out for an older broker.</summary>
    public MqttApplicationMessage ToPacket(MqttProtocolVersion protocol)
    {
        MqttApplicationMessageBuilder builder = new MqttApplicationMessageBuilder()
            .WithTopic(Topic)
            .WithPayload(Payload)
            .WithRetainFlag(Retain)
            .WithQualityOfServiceLevel(AtMostOnce ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce);

        // What follows came with MQTT 5.
        if (protocol != MqttProtocolVersion.V500)
        {
            return builder.Build();
        }

        if (ContentType is not null)
        {
            builder.WithContentType(ContentType)
                .WithPayloadFormatIndicator(IsText ? MqttPayloadFormatIndicator.CharacterData : MqttPayloadFormatIndicator.Unspecified);
        }

        if (ExpirySeconds is { } expiry)
        {
            builder.WithMessageExpiryInterval(expiry);
        }

        if (CorrelationData is { } correlation)
        {
            builder.WithCorrelationData(correlation);
        }

        return builder.Build();
    }
}
