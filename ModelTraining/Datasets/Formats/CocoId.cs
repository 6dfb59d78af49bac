using System.Globalization;
using System.Text.Json;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>An id as files have it: a whole number, also as 1.0 or "1", or a name.</summary>
internal readonly record struct CocoId(long Number, string? Name)
{
    public override string ToString() => Name ?? Number.ToString(CultureInfo.InvariantCulture);

    /// <returns>Null where the value is neither.</returns>
    public static CocoId? Read(in Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out long whole) ? new CocoId(whole, null)
                : reader.GetDouble() is var number && number == Math.Floor(number) && Math.Abs(number) < 1e15 ? new CocoId((long)number, null)
                : new CocoId(0, number.ToString(CultureInfo.InvariantCulture));
        }

        if (JsonText.Of(reader) is not string text)
        {
            return null;
        }

        bool isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value.ToString(CultureInfo.InvariantCulture) == text;
        return isNumber ? new CocoId(value, null) : new CocoId(0, text);
    }
}
