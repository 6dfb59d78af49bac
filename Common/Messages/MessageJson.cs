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

    public static byte[] Write(CaptureResult message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.CaptureResult);

    public static byte[] Write(PlantState message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.PlantState);

    public static byte[] Write(RigInfo message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.RigInfo);

    public static byte[] Write(RigHealth message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.RigHealth);

    public static byte[] Write(Alarm message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.Alarm);

    public static byte[] Write(CommandResult message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.CommandResult);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static CommandResult ReadCommandResult(ReadOnlySpan<byte> utf8Json)
    {
        CommandResult message = Read(utf8Json, Types.CommandResult);
        RequireSchema(message.Schema, CommandResult.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static CaptureResult ReadCapture(ReadOnlySpan<byte> utf8Json)
    {
        CaptureResult message = Read(utf8Json, Types.CaptureResult);
        RequireSchema(message.Schema, CaptureResult.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static PlantState ReadPlant(ReadOnlySpan<byte> utf8Json)
    {
        PlantState message = Read(utf8Json, Types.PlantState);
        RequireSchema(message.Schema, PlantState.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static RigInfo ReadInfo(ReadOnlySpan<byte> utf8Json)
    {
        RigInfo message = Read(utf8Json, Types.RigInfo);
        RequireSchema(message.Schema, RigInfo.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static RigHealth ReadHealth(ReadOnlySpan<byte> utf8Json)
    {
        RigHealth message = Read(utf8Json, Types.RigHealth);
        RequireSchema(message.Schema, RigHealth.SchemaName);
        return message;
    }

    public static byte[] Write(DesiredModel message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.DesiredModel);

    public static byte[] Write(ReportedModel message) => JsonSerializer.SerializeToUtf8Bytes(message, Types.ReportedModel);

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static DesiredModel ReadDesiredModel(ReadOnlySpan<byte> utf8Json)
    {
        DesiredModel message = Read(utf8Json, Types.DesiredModel);
        RequireSchema(message.Schema, DesiredModel.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not a message of this kind and major version.</exception>
    public static ReportedModel ReadReportedModel(ReadOnlySpan<byte> utf8Json)
    {
        ReportedModel message = Read(utf8Json, Types.ReportedModel);
        RequireSchema(message.Schema, ReportedModel.SchemaName);
        return message;
    }

    /// <exception cref="JsonException">Not an alarm.</exception>
    public static Alarm ReadAlarm(ReadOnlySpan<byte> utf8Json) => Read(utf8Json, Types.Alarm);

    private static T Read<T>(ReadOnlySpan<byte> utf8Json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(utf8Json, type) ?? throw new JsonException($"Found null, expected a {typeof(T).Name}.");

    private static void RequireSchema(string found, string expected)
    {
        if (found != expected)
        {
            throw new JsonException($"Found a message of schema \"{found}\", expected \"{expected}\".");
        }
    }
}
