using System.Text.Json;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.Validation;

namespace LeafSeg.EndToEnd;

/// <summary>Checks the messages that a subscriber received.</summary>
internal static class MessageCheck
{
    /// <summary>Every result once, in the order of its sequence number, none missing in between.</summary>
    public static void AssertOnceAndInOrder(IReadOnlyList<string> captures, long first, int count)
    {
        JsonElement[] results = [.. captures.Select(c => JsonDocument.Parse(c).RootElement)];
        Assert.Equal(Enumerable.Range(0, count).Select(i => first + i), results.Select(r => r.GetProperty("sequence").GetInt64()));
        Assert.Equal(count, results.Select(r => r.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Single(results.Select(r => r.GetProperty("boot").GetString()).Distinct());
    }

    /// <summary>Every JSON message keeps the schema that it names; an alarm's is that of its topic.</summary>
    public static void AssertValid(IReadOnlyList<ReceivedMessage> received)
    {
        using TemporaryFolder folder = new();
        foreach (IGrouping<string, ReceivedMessage> kind in received.Where(h => h.Payload.StartsWith('{')).GroupBy(SchemaOf))
        {
            string schema = Path.Combine(folder.Path, kind.Key);
            File.WriteAllText(schema, MessageSchemas.Read(kind.Key));
            Assert.All(JsonSchemaValidator.Errors(schema, kind.Select(h => h.Payload)), Assert.Empty);
        }

        static string SchemaOf(ReceivedMessage message) => message.Topic.Contains("/alarm/", StringComparison.Ordinal)
            ? "leafseg.alarm-1"
            : JsonDocument.Parse(message.Payload).RootElement.GetProperty("schema").GetString()!.Replace('/', '-');
    }
}
