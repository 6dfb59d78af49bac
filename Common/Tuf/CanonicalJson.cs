using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>
/// The form in which JSON is signed: OLPC's canonical JSON, as TUF takes it. Not RFC 8785: keys stand in the order of
/// their code points, only quote and backslash are escaped, and numbers are whole.
/// </summary>
public static class CanonicalJson
{
    private static readonly SearchValues<char> WholeNumber = SearchValues.Create("-0123456789");

    /// <exception cref="TufException"><see cref="TufRefusal.NotCanonical"/>: a number that is not written as a whole one.</exception>
    public static byte[] Encode(JsonElement value)
    {
        ArrayBufferWriter<byte> canonical = new();
        Write(value, canonical);
        return canonical.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement value, ArrayBufferWriter<byte> to)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, to);
                break;
            case JsonValueKind.Array:
                WriteArray(value, to);
                break;
            case JsonValueKind.String:
                WriteText(Utf8(value.GetString()!), to);
                break;
            case JsonValueKind.Number:
                WriteNumber(value.GetRawText(), to);
                break;
            default:
                to.Write(Encoding.UTF8.GetBytes(value.GetRawText()));
                break;
        }
    }

    private static void WriteObject(JsonElement value, ArrayBufferWriter<byte> to)
    {
        // The order of UTF-8 bytes is that of code points; the order of UTF-16 units is not.
        List<(byte[] Name, JsonElement Value)> members = [.. value.EnumerateObject().Select(m => (Utf8(m.Name), m.Value))];
        members.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));

        to.Write("{"u8);
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                to.Write(","u8);
            }

            WriteText(members[i].Name, to);
            to.Write(":"u8);
            Write(members[i].Value, to);
        }

        to.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, ArrayBufferWriter<byte> to)
    {
        to.Write("["u8);
        bool first = true;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!first)
            {
                to.Write(","u8);
            }

            first = false;
            Write(item, to);
        }

        to.Write("]"u8);
    }

    private static void WriteText(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> to)
    {
        to.Write("\""u8);
        while (text.IndexOfAny((byte)'"', (byte)'\\') is >= 0 and int special)
        {
            to.Write(text[..special]);
            to.Write("\\"u8);
            to.Write(text.Slice(special, 1));
            text = text[(special + 1)..];
        }

        to.Write(text);
        to.Write("\""u8);
    }

    /// <summary>Whole numbers of any length; JSON's grammar has no leading zeros, so its text is canonical but for -0.</summary>
    private static void WriteNumber(string text, ArrayBufferWriter<byte> to)
    {
        if (text.AsSpan().ContainsAnyExcept(WholeNumber))
        {
            throw new TufException(TufRefusal.NotCanonical, $"found the number {text}; expected whole numbers alone, which canonical JSON can say");
        }

        to.Write(Encoding.ASCII.GetBytes(text == "-0" ? "0" : text));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
