using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LeafSeg.Common.Models;

/// <summary>Reads values out of a model's metadata and says exactly what is wrong where it cannot.</summary>
internal sealed class PropertyReader(IReadOnlyDictionary<string, string> properties, string file)
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The file's contract, one of those that are known.</summary>
    public string Contract(string key, IReadOnlyList<string> known)
    {
        if (!properties.TryGetValue(key, out string? found))
        {
            throw new ModelFileException(ModelFault.Metadata,
                $"{file}: an ONNX model without the metadata key \"{key}\", expected a model that leafseg-train exported; "
                + "a model from elsewhere cannot be used as it is");
        }

        return known.Contains(found)
            ? found
            : throw new ModelFileException(ModelFault.ContractVersion,
                $"{file}: written for contract \"{found}\", this program knows {string.Join(" and ", known.Select(one => $"\"{one}\""))}; "
                + "update the program, or use a model that was exported for one of these");
    }

    public string Text(string key)
    {
        if (!properties.TryGetValue(key, out string? value))
        {
            throw new ModelFileException(ModelFault.Metadata, $"{file}: the metadata key \"{key}\" is missing; export the model again");
        }

        return string.IsNullOrWhiteSpace(value) ? throw Unreadable(key, value, "a text") : value;
    }

    public string Version(string key)
    {
        string value = Text(key);
        return SemanticVersion.TryParse(value) is not null ? value : throw Unreadable(key, value, "a semantic version like 1.0.0");
    }

    public int Count(string key)
    {
        string value = Text(key);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw Unreadable(key, value, "a whole number of 1 or more");
    }

    public float Share(string key)
    {
        string value = Text(key);
        return float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float share) && share is >= 0 and <= 1
            ? share
            : throw Unreadable(key, value, "a number from 0 to 1");
    }

    public float Factor(string key)
    {
        string value = Text(key);
        return float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float factor) && float.IsFinite(factor) && factor > 0
            ? factor
            : throw Unreadable(key, value, "a number above 0");
    }

    public DateTimeOffset Time(string key)
    {
        string value = Text(key);
        return DateTimeOffset.TryParseExact(
            value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw Unreadable(key, value, "a time in UTC like 2026-11-22T10:15:30Z");
    }

    public T Json<T>(string key, JsonTypeInfo<T> type)
        where T : class
    {
        string value = Text(key);
        try
        {
            return JsonSerializer.Deserialize(value, type) ?? throw Unreadable(key, value, "JSON, not null");
        }
        catch (JsonException e)
        {
            throw Unreadable(key, value, $"JSON with all its fields ({e.Message})", e);
        }
    }

    public string JsonObject(string key)
    {
        string value = Text(key);
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            return document.RootElement.ValueKind == JsonValueKind.Object ? value : throw Unreadable(key, value, "a JSON object");
        }
        catch (JsonException e)
        {
            throw Unreadable(key, value, "a JSON object", e);
        }
    }

    public ModelFileException Unreadable(string key, string value, string expected, Exception? inner = null)
    {
        const int Shown = 60;
        string start = value.Length <= Shown ? value : value[..Shown] + "...";
        return new ModelFileException(ModelFault.Metadata,
            $"{file}: the metadata key \"{key}\" is \"{start}\", expected {expected}; export the model again", inner);
    }
}
