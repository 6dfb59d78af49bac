using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Configuration;

public sealed class SettingsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_example_that_ships_is_right_and_names_every_setting()
    {
        string example = Path.Combine(AppContext.BaseDirectory, "leafseg-agent.json");
        AgentOptions options = SettingsFile.Read(example);
        Assert.Empty(options.Problems());
        string text = File.ReadAllText(example);
        Assert.All(SettingNames(typeof(AgentOptions)), name => Assert.Contains($"\"{name}\":", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Comments_and_any_case_are_fine()
    {
        AgentOptions options = Read("""{ /* here */ "Rig": "r17", "triggers": { "gpio": { "edge": "falling", "debounceMs": 1.5 } }, }""");
        Assert.Equal(("r17", ActiveEdge.Falling, 1.5), (options.Rig, options.Triggers.Gpio!.Edge, options.Triggers.Gpio.DebounceMs));
        Assert.Null(options.Triggers.Schedule);
    }

    [Fact]
    public void An_editors_schema_key_is_no_setting_and_no_mistake()
    {
        Assert.Equal("r17", Read("""{ "$schema": "./leafseg-agent.schema.json", "rig": "r17" }""").Rig);
        Assert.Contains("broker.$schema: found", WrongSetting(() => Read("""{ "broker": { "$schema": "x" } }""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "broker": { "adress": "a:1" } }""", "broker.adress: found a name that is no setting, expected one of address, user,")]
    [InlineData("""{ "triggers": { "gpio": { "debounceMs": "fast" } } }""", "triggers.gpio.debounceMs: found \"fast\", expected a number")]
    [InlineData("""{ "triggers": { "gpio": { "line": 1.5 } } }""", "triggers.gpio.line: found \"1.5\", expected a whole number")]
    [InlineData("""{ "triggers": { "gpio": { "edge": "up" } } }""", "triggers.gpio.edge: found \"up\", expected one of rising, falling")]
    [InlineData("""{ "statusPage": { "enabled": "often" } }""", "statusPage.enabled: found \"often\", expected true or false")]
    [InlineData("""{ "camera": "/dev/video0" }""", "camera: found a single value, expected a section in braces")]
    [InlineData("""{ "triggers": { "schedule": { "at": "06:30" } } }""", "triggers.schedule.at: found a single value, expected a list in brackets")]
    [InlineData("""{ "triggers": { "schedule": { "at": ["06:30", { "hour": 7 }] } } }""", "triggers.schedule.at[1]: found \"a section\", expected a text")]
    [InlineData("""{ "broker": { "address": null } }""", "broker.address: found nothing, expected a text")]
    [InlineData("""{ "broker": { "timeoutSeconds": null } }""", "broker.timeoutSeconds: found nothing, expected a number")]
    [InlineData("""{ "rig": { "name": "r17" } }""", "rig: found \"a section\", expected a text")]
    public void What_no_setting_is_stops_the_program_with_its_full_name(string json, string message) =>
        Assert.Contains(message, WrongSetting(() => Read(json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "site": "Ghent" }""", "site: found \"Ghent\", expected 1 to 63 of a-z, 0-9 and '-'")]
    [InlineData("""{ "broker": { "address": "mqtt://x" } }""", "broker.address: found \"mqtt://x\", expected \"HOST:PORT\"")]
    [InlineData("""{ "triggers": { "gpio": { "holdOffMs": -1 } } }""", "triggers.gpio.holdOffMs: found -1, expected 0 to 3600000")]
    [InlineData("""{ "triggers": { "schedule": { "everySeconds": 0 } } }""", "triggers.schedule.everySeconds: found 0, expected 0.05 to 86400")]
    [InlineData("""{ "model": { "scoreThreshold": 1.5 } }""", "model.scoreThreshold: found 1.5, expected 0 to 1")]
    [InlineData("""{ "camera": { "device": { "path": "0" }, "folder": { "path": "x" } } }""", "camera: found \"two sources of pictures\"")]
    [InlineData("""{ "camera": { } }""", "camera: found \"no source of pictures\"")]
    [InlineData("""{ "statusPage": { "port": 70000 } }""", "statusPage.port: found 70000")]
    [InlineData("""{ "pots": { "rectangles": [ { "plant": "a1", "x": -5, "width": 9, "height": 9 } ] } }""", "pots.rectangles[0].x: found -5, expected 0 or more")]
    [InlineData("""{ "pots": { "rectangles": [ { "plant": "a1", "width": 0, "height": 9 } ] } }""", "pots.rectangles[0].width: found 0, expected 1 or more pixels")]
    [InlineData("""{ "pots": { "rectangles": [ { "plant": "a1", "width": 9, "height": 9 }, { "plant": "a2", "x": 8, "width": 9, "height": 9 } ] } }""", "pots: found \"a1 and a2, which overlap\"")]
    [InlineData("""{ "pots": { "rectangles": [ { "plant": "a1", "width": 9, "height": 9 }, { "plant": "a1", "x": 20, "width": 9, "height": 9 } ] } }""", "pots: found \"a1\", expected every plant once")]
    [InlineData("""{ "pots": { "grid": { "width": 100, "height": 100, "columns": 5, "rows": 4, "gapPx": 25 } } }""", "pots.grid.width: found 100, expected room")]
    [InlineData("""{ "pots": { "byMarker": [ { "plant": "a1", "marker": 50 } ] } }""", "pots.byMarker[0].marker: found 50, expected 0 to 49")]
    [InlineData("""{ "scale": { "mmPerPx": 0 } }""", "scale.mmPerPx: found 0, expected more than 0")]
    [InlineData("""{ "scale": { "markers": { "tolerancePercent": 5 } } }""", "scale.markers.sizeMm: found 0, expected more than 0")]
    [InlineData("""{ "scale": { "objectives": [ { "name": "4x", "umPerPx": 1.6 } ], "objective": "10x" } }""", "scale.objective: found \"10x\", expected one of 4x")]
    public void A_value_out_of_range_stops_the_program_with_its_full_name(string json, string message) =>
        Assert.Contains(message, WrongSetting(() => SettingsFile.ThrowIfAny("x.json", Read(json).Problems())), StringComparison.Ordinal);

    /// <summary>A name that is mistyped may stand before a secret, in the file and in the environment, and an address may hold one.</summary>
    [Theory]
    [InlineData("""{ "broker": { "pasword": "hunter2" } }""")]
    [InlineData("""{ "password": "hunter2" }""")]
    [InlineData("""{ "broker": "hunter2" }""")]
    [InlineData("""{ "pots": { "rectangles": "hunter2" } }""")]
    [InlineData("""{ "pots": { "rectangles": ["hunter2"] } }""")]
    [InlineData("""{ "broker": { "address": "mqtt://rig:hunter2@broker:1883" } }""")]
    [InlineData("""{ "broker": { "address": "rig:hunter2@broker:1883" } }""")]
    [InlineData("""{ "broker": { "password": "hunter2" } }""")]
    [InlineData("""{ "broker": { "password": "hunter2", "passwordFile": "x", "user": "a", "userFile": "b" } }""")]
    [InlineData("""{ "broker": { "password": "hunter2" """)]
    [InlineData("""{ "broker": { "password": hunter2 } }""")]
    public void A_secret_is_never_printed(string json) =>
        Assert.DoesNotContain("hunter2", WrongSetting(() => SettingsFile.ThrowIfAny("x.json", Read(json).Problems())), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_JSON_is_reported_with_its_line_as_an_editor_counts_them() =>
        Assert.Contains("line 3, column 11: ", WrongSetting(() => Read("{\n  \"rig\": \"r17\",\n  \"site\": ghent\n}")), StringComparison.Ordinal);

    [Fact]
    public void All_that_is_wrong_is_reported_at_once()
    {
        string message = WrongSetting(() => Read("""{ "sit": "a", "rigg": "b" }"""));
        Assert.Contains("2 settings are wrong", message, StringComparison.Ordinal);
        Assert.Contains("sit: found", message, StringComparison.Ordinal);
        Assert.Contains("rigg: found", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_JSON_or_not_there_is_reported()
    {
        Assert.Contains("not JSON", WrongSetting(() => Read("{ rig: }")), StringComparison.Ordinal);
        Assert.Contains("found no file", WrongSetting(() => SettingsFile.Read(Path.Combine(folder.Path, "absent.json"))), StringComparison.Ordinal);
    }

    private static string WrongSetting(Action read)
    {
        AgentException wrong = Assert.Throws<AgentException>(read);
        Assert.Equal(ExitCode.Setting, wrong.ExitCode);
        return wrong.Message;
    }

    private static IEnumerable<string> SettingNames(Type options) => options.GetProperties()
        .Where(p => p.CanWrite)
        .SelectMany(p => SettingNames(SectionOf(p.PropertyType))
            .Where(_ => SectionOf(p.PropertyType).Namespace!.StartsWith("LeafSeg.", StringComparison.Ordinal))
            .Prepend(char.ToLowerInvariant(p.Name[0]) + p.Name[1..]));

    private static Type SectionOf(Type type) => type.IsGenericType ? type.GetGenericArguments()[0] : type;

    private AgentOptions Read(string json)
    {
        string path = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(path, json);
        return SettingsFile.Read(path);
    }
}
