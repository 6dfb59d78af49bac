using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.Validation;

namespace LeafSeg.EdgeAgent.Tests.Configuration;

public sealed class SettingsSchemaTests : IDisposable
{
    private static readonly string Example = Path.Combine(AppContext.BaseDirectory, "leafseg-agent.json");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_example_that_ships_keeps_the_schema_and_what_is_misspelled_or_of_another_kind_does_not()
    {
        string schema = Path.Combine(folder.Path, "schema.json");
        File.WriteAllText(schema, SettingsSchema.Text());
        JsonObject settings = JsonNode.Parse(File.ReadAllText(Example), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject();
        string Changed(Action<JsonObject> change)
        {
            JsonObject copy = settings.DeepClone().AsObject();
            change(copy);
            return copy.ToJsonString();
        }

        IReadOnlyList<string> errors = JsonSchemaValidator.Errors(schema,
        [
            settings.ToJsonString(),
            """{ "$schema": "./leafseg-agent.schema.json", "moreCameras": [ { "name": "left", "pots": { "grid": { "columns": 2 } }, "scale": { "mmPerPx": 0.1 } } ] }""",
            Changed(s => s["brokr"] = new JsonObject()),
            Changed(s => s["broker"]!["adress"] = "127.0.0.1:1883"),
            Changed(s => s["triggers"]!["gpio"]!["edge"] = "up"),
            Changed(s => s["camera"]!["readAgain"] = "one"),
            Changed(s => s["site"] = null),
        ]);
        Assert.Equal(["", ""], errors.Take(2));
        Assert.All(errors.Skip(2), Assert.NotEmpty);
        Assert.Contains("adress", errors[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_config_takes_the_example_and_names_each_setting_that_is_wrong()
    {
        Assert.Equal(ExitCode.Done, CheckConfigCommand.Check(Example));
        string wrong = Path.Combine(folder.Path, "wrong.json");
        File.WriteAllText(wrong, """{ "broker": { "adress": "x" }, "outbox": { "maxMegabytes": "much" } }""");
        AgentException e = Assert.Throws<AgentException>(() => CheckConfigCommand.Check(wrong));
        Assert.Equal(ExitCode.Setting, e.ExitCode);
        Assert.Contains("broker.adress", e.Message, StringComparison.Ordinal);
        Assert.Contains("outbox.maxMegabytes", e.Message, StringComparison.Ordinal);
    }
}
