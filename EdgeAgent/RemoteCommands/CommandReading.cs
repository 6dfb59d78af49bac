using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using LeafSeg.Common.Json;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>What could be read of a message that means to be a command.</summary>
/// <param name="Id">Null where there is none that can stand in a topic.</param>
/// <param name="Command">Null where something is wrong.</param>
/// <param name="Problem">What is wrong: found, expected; null where nothing is.</param>
internal sealed partial record CommandReading(string? Id, Command? Command, string? Problem)
{
    /// <summary>A command has some dozens of bytes.</summary>
    public const int LargestBytes = 4096;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static CommandReading Of(IncomingMessage message)
    {
        string name = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        if (message.Payload.Length > LargestBytes)
        {
            return Wrong(null, string.Create(CultureInfo.InvariantCulture, $"found {message.Payload.Length} bytes, expected at most {LargestBytes}"));
        }
        // The parser looks at the values' texts only, and a damaged name would pass as another one.
        if (!Utf8.IsValid(message.Payload))
        {
            return Wrong(null, "found bytes that are no UTF-8, expected JSON in UTF-8");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(message.Payload, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Of(name, json.RootElement, message.Retained)
                : Wrong(null, $"found a JSON {json.RootElement.ValueKind}, expected an object with \"id\" and \"time\"");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a text that is no Unicode.
            return Wrong(null, $"found a payload that is not JSON ({JsonFault.InWords(e)}), expected an object with \"id\" and \"time\"");
        }
    }

    private static CommandReading Of(string name, JsonElement json, bool retained)
    {
        if (!json.TryGetProperty("id", out JsonElement idField) || idField.ValueKind != JsonValueKind.String || !IdPattern().IsMatch(idField.GetString()!))
        {
            return Wrong(null, $"id: found {Shown(json, "id")}, expected 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit");
        }

        string id = idField.GetString()!;
        if (!CommandName.All.Contains(name))
        {
            return Wrong(id, $"found no command of this name, expected one of {string.Join(", ", CommandName.All)}");
        }

        if (retained)
        {
            return Wrong(id, "found a retained message, expected one that is sent now: clear the topic, and send commands without the retain flag");
        }

        if (TimeOf(json) is not { } time)
        {
            return Wrong(id, $"time: found {Shown(json, "time")}, expected one with its zone: \"2026-11-22T10:15:30Z\"");
        }

        bool? paused = name == CommandName.Resume ? false : null;
        if (name == CommandName.Pause)
        {
            if (!json.TryGetProperty("paused", out JsonElement requested) || requested.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return Wrong(id, $"paused: found {Shown(json, "paused")}, expected true or false");
            }

            paused = requested.GetBoolean();
        }

        return new CommandReading(id, new Command { Name = name, Id = id, Time = time, Paused = paused }, null);
    }

    private static CommandReading Wrong(string? id, string problem) => new(id, null, problem);

    private static DateTimeOffset? TimeOf(JsonElement json) =>
        json.TryGetProperty("time", out JsonElement field) && field.ValueKind == JsonValueKind.String
        && ZonePattern().IsMatch(field.GetString()!) && field.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time
            : null;

    private static string Shown(JsonElement json, string name)
    {
        const int Most = 80;
        if (!json.TryGetProperty(name, out JsonElement field))
        {
            return "nothing";
        }

        string text = field.GetRawText();
        return text.Length <= Most ? text : $"{text[..Most]}...";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZonePattern();
}
