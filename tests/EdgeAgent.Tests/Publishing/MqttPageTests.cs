using System.Text;
using System.Text.RegularExpressions;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.Validation;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

/// <summary>docs/mqtt.md: every topic is there, and every example is what it says it is.</summary>
public sealed partial class MqttPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "mqtt.md"));

    private static readonly (string Kind, string Json)[] Examples = [.. ExamplePattern().Matches(Page).Select(m => (m.Groups["kind"].Value, m.Groups["json"].Value))];

    public static TheoryData<string> Schemas => [.. MessageSchemas.Names];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Each_message_has_an_example_that_its_schema_takes(string schema)
    {
        string[] examples = [.. Examples.Where(e => e.Kind == schema).Select(e => e.Json)];
        Assert.NotEmpty(examples);
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "schema.json");
        File.WriteAllText(file, MessageSchemas.Read(schema));
        Assert.All(JsonSchemaValidator.Errors(file, examples), error => Assert.Equal("", error));
    }

    [Fact]
    public void Each_example_of_a_command_is_one()
    {
        string[] commands = [.. Examples.Where(e => e.Kind == "command").Select(e => e.Json)];
        Assert.NotEmpty(commands);
        foreach (string json in commands)
        {
            string name = json.Contains("paused", StringComparison.Ordinal) ? CommandName.Pause : CommandName.Capture;
            IncomingMessage message = new() { Topic = $"leafseg/v1/ghent/r17/command/{name}", Payload = Encoding.UTF8.GetBytes(json) };
            Assert.Null(CommandReading.Of(message).Problem);
        }
    }

    [Fact]
    public void Each_topic_and_each_command_is_named()
    {
        Topics topics = new("ghent", "r17");
        string[] all =
        [
            topics.Status, topics.Info, topics.Health, topics.Capture, topics.LatestImage, topics.ModelDesired, topics.ModelReported,
            .. CommandName.All.Select(topics.Command),
        ];
        Assert.All(all, topic => Assert.Contains($"`{topic[(topic.IndexOf("r17/", StringComparison.Ordinal) + 4)..]}`", Page, StringComparison.Ordinal));
        Assert.All(
            ["`plant/<plant>`", "`alarm/<code>`", "`image/<capture>", "`command/<name>`", "`command-result/<id>`"],
            topic => Assert.Contains(topic, Page, StringComparison.Ordinal));
    }

    [GeneratedRegex("^```json (?<kind>\\S+)\n(?<json>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();
}
