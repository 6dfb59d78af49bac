using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

/// <summary>What deploy/ gives to dashboards names only topics and fields that a rig has.</summary>
public sealed partial class DashboardExamplesTests
{
    private static readonly Topics Rig = new("ghent", "r17");

    [Fact]
    public void Telegraf_reads_topics_and_fields_that_there_are()
    {
        string settings = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "telegraf.conf"));
        Assert.All(TelegrafTopic().Matches(settings), topic => Assert.True(IsOfRig(topic.Groups[1].Value), topic.Value));
        string[][] keys = [.. IncludedKeys().Matches(settings).Select(list => QuotedWord().Matches(list.Value).Select(key => key.Groups[1].Value).ToArray())];
        Assert.Equal(2, keys.Length);
        Assert.Subset(FieldsOf(PlantState.SchemaName), keys[0].ToHashSet());
        Assert.Subset(FieldsOf(RigHealth.SchemaName), keys[1].ToHashSet());
    }

    [Fact]
    public void The_flow_of_Node_RED_reads_topics_and_fields_that_there_are()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "node-red.json");
        JsonArray flow = JsonNode.Parse(File.ReadAllText(path))!.AsArray();
        string[] topics = [.. flow.Where(node => (string?)node!["type"] == "mqtt in").Select(node => (string)node!["topic"]!)];
        Assert.Equal(7, topics.Length);
        Assert.All(topics, topic => Assert.True(IsOfRig(topic), topic));

        Uses(PlantState.SchemaName, "func", PlantField());
        Uses(RigHealth.SchemaName, "format", HealthField());
        Uses(RigInfo.SchemaName, "format", InfoField());

        JsonNode capture = JsonNode.Parse(MessageSchemas.Read(CaptureResult.SchemaName.Replace('/', '-')))!["$defs"]!;
        AssertUsed(Keys(capture["plant"]!), "func", CapturedPlantField());
        AssertUsed(Keys(capture["leaf"]!), "func", CapturedLeafField());

        // The colours of the outlines on overlays.
        string colours = string.Join(", ", Enumerable.Range(1, Overlay.ColourCount).Select(Overlay.ColourOf).Select(c => $"'#{c.R:x2}{c.G:x2}{c.B:x2}'"));
        Assert.Single(flow, node => ((string?)node!["format"])?.Contains($"[{colours}]", StringComparison.Ordinal) == true);

        void Uses(string schema, string part, Regex field) => AssertUsed(FieldsOf(schema), part, field);

        void AssertUsed(HashSet<string> known, string part, Regex field)
        {
            HashSet<string> used = [.. flow.SelectMany(node => field.Matches((string?)node![part] ?? "")).Select(m => m.Groups[1].Value)];
            Assert.NotEmpty(used);
            Assert.Subset(known, used);
        }
    }

    private static bool IsOfRig(string filter)
    {
        Regex wanted = new($"^{Regex.Escape(filter).Replace("\\+", "[^/]+", StringComparison.Ordinal)}$");
        string[] topics = [Rig.Status, Rig.Info, Rig.Health, Rig.Plant("a1"), Rig.Alarm("camera-lost"), Rig.LatestImage, Rig.Capture];
        return topics.Any(wanted.IsMatch);
    }

    private static HashSet<string> FieldsOf(string schema) =>
        Keys(JsonNode.Parse(MessageSchemas.Read(schema.Replace('/', '-')))!);

    private static HashSet<string> Keys(JsonNode schema) => [.. schema["properties"]!.AsObject().Select(property => property.Key)];

    [GeneratedRegex("topic = \"([^\"]+)\"")]
    private static partial Regex TelegrafTopic();

    [GeneratedRegex("included_keys = .*")]
    private static partial Regex IncludedKeys();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex QuotedWord();

    [GeneratedRegex(@"\bp\.([a-z0-9_]+)")]
    private static partial Regex PlantField();

    [GeneratedRegex(@"\bq\.([a-z0-9_]+)")]
    private static partial Regex CapturedPlantField();

    [GeneratedRegex(@"\bleaf\.([a-z0-9_]+)")]
    private static partial Regex CapturedLeafField();

    [GeneratedRegex(@"\br\.health\.([a-z_]+)")]
    private static partial Regex HealthField();

    [GeneratedRegex(@"\br\.info\.([a-z_]+)")]
    private static partial Regex InfoField();
}
