using System.Globalization;
using System.Text.Json;

namespace LeafSeg.Common.Json;

/// <summary>What is wrong with a JSON text, as an editor counts its lines: the library counts them from 0.</summary>
public static class JsonFault
{
    private static readonly string[] Tails = [" LineNumber: ", " Path: "];

    /// <returns>"line 3, column 7: ..."; other exceptions as they say it.</returns>
    public static string InWords(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (exception is not JsonException { LineNumber: { } line } json)
        {
            return exception.Message;
        }

        int end = Tails.Select(tail => json.Message.IndexOf(tail, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(json.Message.Length).Min();
        string place = string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {(json.BytePositionInLine ?? 0) + 1}");
        return $"{place}{(json.Path is { Length: > 1 } path ? $", {path}" : "")}: {json.Message[..end].TrimEnd('.', ' ')}";
    }
}
