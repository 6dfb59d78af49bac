using System.Globalization;
using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>The fields of one JSON object; whatever is not as it should be is refused with the field's full name.</summary>
internal readonly struct JsonFields
{
    private readonly JsonElement value;
    private readonly string name;

    /// <exception cref="TufException">It is not an object.</exception>
    public JsonFields(JsonElement value, string name)
    {
        this.value = value;
        this.name = name;
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Unexpected(name, value, "an object");
        }
    }

    /// <summary>Every field there is, in the order of the file.</summary>
    public IEnumerable<JsonProperty> All => value.EnumerateObject();

    /// <summary>Null also where the field is null.</summary>
    public JsonElement? Optional(string field) =>
        value.TryGetProperty(field, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;

    public JsonElement Required(string field) =>
        Optional(field) ?? throw new TufException(TufRefusal.Malformed, $"{name}.{field}: found nothing; expected a value");

    public JsonFields Object(string field) => new(Required(field), $"{name}.{field}");

    public string Text(string field)
    {
        JsonElement found = Required(field);
        return found.ValueKind == JsonValueKind.String ? found.GetString()! : throw Unexpected(field, found, "a text");
    }

    public long Whole(string field, long least)
    {
        JsonElement found = Required(field);
        return found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out long number) && number >= least
            ? number
            : throw Unexpected(field, found, string.Create(CultureInfo.InvariantCulture, $"a whole number of {least} or more"));
    }

    public bool Flag(string field, bool otherwise) => Optional(field) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } found => throw Unexpected(field, found, "true or false"),
    };

    public IReadOnlyList<JsonElement> List(string field)
    {
        JsonElement found = Required(field);
        return found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray()] : throw Unexpected(field, found, "a list");
    }

    public IReadOnlyList<string> Texts(string field)
    {
        List<string> texts = [];
        foreach (JsonElement item in List(field))
        {
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Unexpected(field, item, "a text"));
        }

        return texts;
    }

    public string NameOf(string field) => $"{name}.{field}";

    public TufException Wrong(string field, string found, string expected) =>
        new(TufRefusal.Malformed, $"{name}.{field}: found {found}; expected {expected}");

    private TufException Unexpected(string field, JsonElement found, string expected)
    {
        const int Shown = 60;
        string text = found.GetRawText();
        return Wrong(field, text.Length > Shown ? $"{text[..Shown]}..." : text, expected);
    }
}
