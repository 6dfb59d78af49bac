using System.Text.Json;
using System.Text.Unicode;
using LeafSeg.Common.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>
/// Reads JSON that may be hostile. Duplicate names are refused, so that no two readers can see two different things in
/// one signed file; so are comments, a byte order mark, text behind the document, broken UTF-8 and deep nesting.
/// </summary>
internal static class StrictJson
{
    private const int Depth = 64;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = Depth };

    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            throw new TufException(TufRefusal.Malformed, "found bytes that are not UTF-8; expected JSON");
        }

        try
        {
            JsonElement root = JsonElement.Parse(bytes.Span, Options);
            ReadAllText(root);
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TufException(TufRefusal.Malformed, $"expected JSON ({JsonFault.InWords(e)})", e);
        }
    }

    /// <summary>Half a surrogate pair, written as an escape, shows only when the text is requested: here, and never later.</summary>
    private static void ReadAllText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAllText(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    ReadAllText(item);
                }

                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }
}
