using System.Reflection;
using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>Reads <see cref="RosetteSettings"/> from a JSON object; what it does not name is as in <see cref="RosetteSettings.Mixed"/>.</summary>
internal static class RosetteSettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly Dictionary<string, PropertyInfo> Known = typeof(RosetteSettings)
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.CanWrite)
        .ToDictionary(property => property.Name, StringComparer.Ordinal);

    /// <summary>The names of all settings.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <exception cref="SettingsException">The file is not JSON, or a setting is unknown, named twice, of the wrong kind or out of its range.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RosetteSettings Read(string path)
    {
        string text = File.ReadAllText(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Lenient);
            RosetteSettings settings = Read(document.RootElement);
            settings.Validate();
            return settings;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or SettingsException)
        {
            throw new SettingsException($"{path}: {JsonFault.InWords(e)}");
        }
    }

    private static RosetteSettings Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new SettingsException($"holds {Kind(root)}, expected a JSON object of settings such as {{ \"Size\": 500 }}.");
        }

        RosetteSettings settings = RosetteSettings.Mixed;
        HashSet<string> seen = [];
        foreach (JsonProperty setting in root.EnumerateObject())
        {
            string name = $"{nameof(RosetteSettings)}.{setting.Name}";
            if (!Known.TryGetValue(setting.Name, out PropertyInfo? property))
            {
                throw new SettingsException($"{name} is not a setting, expected one of {string.Join(", ", Known.Keys)}.");
            }

            if (!seen.Add(setting.Name))
            {
                throw new SettingsException($"{name} is named twice, expected once.");
            }

            property.SetValue(settings, Value(setting.Value, property.PropertyType)
                ?? throw new SettingsException($"{name} is {setting.Value.GetRawText()}, expected {(property.PropertyType == typeof(int) ? "a whole number" : "a number")}."));
        }

        return settings;
    }

    private static object? Value(JsonElement value, Type type) =>
        value.ValueKind != JsonValueKind.Number ? null
        : type == typeof(int) ? (value.TryGetInt32(out int whole) ? whole : null)
        : value.TryGetSingle(out float number) && float.IsFinite(number) ? number : null;

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant() switch
    {
        "array" => "an array",
        string kind => $"a {kind}",
    };
}
