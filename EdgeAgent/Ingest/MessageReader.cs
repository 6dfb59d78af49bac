using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Reads the messages of all rigs by their topics.</summary>
internal static class MessageReader
{
    private static readonly string[] Statuses = ["online", "stopped", "offline"];

    /// <returns>What it says, or why it cannot be read.</returns>
    public static Reading Read(string topic, ReadOnlySpan<byte> payload)
    {
        string[] levels = topic.Split('/');
        if (!topic.StartsWith(Topics.Root, StringComparison.Ordinal) || levels.Length < 5 || !Topics.IsName(levels[2]) || !Topics.IsName(levels[3]))
        {
            return new UnreadableReading($"found the topic \"{topic}\", expected {Topics.Root}<site>/<rig>/...");
        }

        RigName rig = new(levels[2], levels[3]);
        try
        {
            return levels[4..] switch
            {
                ["capture"] => Capture(rig, payload),
                ["status"] => Status(rig, payload),
                _ when payload.Length == 0 && levels[4] != "alarm" => new EmptyReading(rig),
                ["health"] => new HealthReading(rig, MessageJson.ReadHealth(payload)),
                ["info"] => new InfoReading(rig, MessageJson.ReadInfo(payload)),
                ["alarm", string code] => new AlarmReading(rig, code, payload.Length == 0 ? null : MessageJson.ReadAlarm(payload)),
                ["model", "reported"] => new UpdateReading(rig, MessageJson.ReadReportedModel(payload)),
                _ => new UnreadableReading($"found the topic \"{topic}\", expected capture, health, status, info, alarm/<code> or model/reported"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return new UnreadableReading(Newer(payload) ?? JsonFault.InWords(e));
        }
    }

    private static Reading Capture(RigName rig, ReadOnlySpan<byte> payload)
    {
        CaptureResult capture = MessageJson.ReadCapture(payload);

        // The broker's access list knows topics only.
        if (capture.Site != rig.Site || capture.Rig != rig.Rig)
        {
            return new UnreadableReading($"found a result of {capture.Site}/{capture.Rig}, expected one of {rig.Site}/{rig.Rig}, whose topic it came on");
        }

        return TimeOf(capture.Id) is { } taken
            ? new CaptureReading(rig, capture, taken)
            : new UnreadableReading($"found the id {capture.Id}, expected a UUID of version 7");
    }

    private static Reading Status(RigName rig, ReadOnlySpan<byte> payload)
    {
        string status = Encoding.UTF8.GetString(payload);
        return status.Length == 0 || Statuses.Contains(status)
            ? new StatusReading(rig, status.Length == 0 ? null : status)
            : new UnreadableReading($"found a status of {payload.Length} bytes, expected {string.Join(", ", Statuses)}");
    }

    /// <summary>A newer message may lack anything that this version requires: its schema's name says more than the first thing that is missing.</summary>
    private static string? Newer(ReadOnlySpan<byte> payload)
    {
        try
        {
            Utf8JsonReader reader = new(payload);
            using JsonDocument message = JsonDocument.ParseValue(ref reader);
            return message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty("schema", out JsonElement schema)
                && schema.ValueKind == JsonValueKind.String && schema.GetString() is { } name && !name.EndsWith("/1", StringComparison.Ordinal)
                ? $"found a message of schema \"{name}\", expected major version 1: install a newer leafseg-agent here, then \"leafseg-agent ingest retry\""
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>RFC 9562: the first 48 bits are milliseconds since 1970.</summary>
    private static DateTimeOffset? TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        return id.Version == 7 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
