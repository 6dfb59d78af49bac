using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LeafSeg.Common.Messages;

/// <summary>
/// Writes and reads the messages as UTF-8 JSON. Every key is always written, with null for what is not known: a
/// dashboard that binds to a key must never find it gone. Reading leaves out keys that it does not know, because fields
/// are added within a major version.
/// </summary>
public static class MessageJson
{
    private static readonly MessageJsonContext Types = MessageJsonContext.Default;

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(CaptureResult message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.CaptureResult);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(PlantState message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.PlantState);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(RigInfo message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.RigInfo);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(RigHealth message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.RigHealth);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(Alarm message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.Alarm);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(CommandResult message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.CommandResult);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(PlantEvent message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.PlantEvent);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(DesiredModel message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.DesiredModel);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(ReportedModel message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.ReportedModel);

    /// <summary>UTF-8 JSON of its schema.</summary>
    public static byte[] Write(DoubtfulList list) => JsonSerializer.SerializeToUtf8Bytes(list, Types.DoubtfulList);

    /// <exception cref="JsonException">Not a list of this kind and major version.</exception>
    public static DoubtfulList ReadDoubtful(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.DoubtfulList, message => message.Schema, DoubtfulList.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static CommandResult ReadCommandResult(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.CommandResult, message => message.Schema, CommandResult.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static CaptureResult ReadCapture(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.CaptureResult, message => message.Schema, CaptureResult.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static PlantState ReadPlant(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.PlantState, message => message.Schema, PlantState.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static PlantEvent ReadEvent(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.PlantEvent, message => message.Schema, PlantEvent.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static RigInfo ReadInfo(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.RigInfo, message => message.Schema, RigInfo.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static RigHealth ReadHealth(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.RigHealth, message => message.Schema, RigHealth.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static DesiredModel ReadDesiredModel(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.DesiredModel, message => message.Schema, DesiredModel.SchemaName);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static ReportedModel ReadReportedModel(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.ReportedModel, message => message.Schema, ReportedModel.SchemaName);

    /// <exception cref="JsonException">Not an alarm.</exception>
    public static Alarm ReadAlarm(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.Alarm);

    private static T Read<T>(ReadOnlySpan<byte> utf8Json, JsonTypeInfo<T> type, Func<T, string> schema, string expected)
    {
        T message = Read(utf8Json, type);
        string found = schema(message);
        return found == expected ? message : throw new JsonException($"Found a message of schema \"{found}\", expected \"{expected}\".");
    }

    private static T Read<T>(ReadOnlySpan<byte> utf8Json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(utf8Json, type) ?? throw new JsonException($"Found null, expected a {typeof(T).Name}.");
}
