using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>JSON as annotation tools write it: with a byte order mark, in UTF-16 or Latin-1, or with Python's NaN.</summary>
internal static class JsonText
{
    public static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 256 };

    /// <summary>The file in UTF-8, strict JSON where it was Python's.</summary>
    /// <exception cref="DatasetException">It cannot be read, or is larger than 2 GB.</exception>
    public static byte[] Read(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: cannot be read ({e.Message})");
        }

        ReadOnlySpan<byte> text = file;
        if (text.StartsWith<byte>([0xff, 0xfe]) || text.StartsWith<byte>([0xfe, 0xff]))
        {
            file = Encoding.UTF8.GetBytes((file[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(file, 2, file.Length - 2));
        }
        else if (text.StartsWith<byte>([0xef, 0xbb, 0xbf]))
        {
            file = file[3..];
        }

        // Old Windows programs write their own code page.
        if (!Utf8.IsValid(file))
        {
            file = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(file));
        }

        return file.AsSpan().IndexOf("NaN"u8) >= 0 || file.AsSpan().IndexOf("Infinity"u8) >= 0 ? WithoutNaN(file) : file;
    }

    /// <returns>Null: no text, or with half of a surrogate pair in it.</returns>
    public static string? Of(in Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Of(in Utf8JsonReader)"/>
    public static string? Of(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>Null: neither a number nor a text with one.</returns>
    public static double? NumberOf(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : Parse(Of(reader));

    /// <inheritdoc cref="NumberOf(in Utf8JsonReader)"/>
    public static double? NumberOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Parse(Of(value));

    private static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>Python writes NaN and Infinity for numbers that are none; JSON has null for them.</summary>
    private static byte[] WithoutNaN(byte[] text)
    {
        List<byte> clean = new(text.Length + 64);
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte character = text[i];
            if (inString && character == '\\')
            {
                clean.Add(character);
                clean.Add(i + 1 < text.Length ? text[++i] : (byte)' ');
                continue;
            }

            inString ^= character == '"';
            int skipped = inString ? 0 : text.AsSpan(i) switch
            {
                var rest when rest.StartsWith("NaN"u8) => 3,
                var rest when rest.StartsWith("Infinity"u8) => 8,
                var rest when rest.StartsWith("-Infinity"u8) => 9,
                _ => 0,
            };
            if (skipped == 0)
            {
                clean.Add(character);
                continue;
            }

            clean.AddRange("null"u8);
            i += skipped - 1;
        }

        return [.. clean];
    }
}
