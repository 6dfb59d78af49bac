using System.Text;
using System.Text.Json.Nodes;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

public sealed class HomeAssistantDiscoveryTests
{
    /// <summary>Keys that Home Assistant 2025.4 knows; any other it refuses or drops.</summary>
    private static readonly HashSet<string> Known =
    [
        "p", "uniq_id", "name", "stat_t", "val_tpl", "dev_cla", "ops", "ent_cat", "avty", "json_attr_t", "json_attr_tpl",
        "exp_aft", "unit_of_meas", "sug_dsp_prc", "stat_cla", "ic", "cmd_t", "cmd_tpl", "pl_on", "pl_off", "qos", "img_t", "cont_type", "tit",
    ];

    private readonly HomeAssistantDiscovery discovery = Of("ghent", "r17");

    [Fact]
    public void No_two_rigs_meet_on_one_topic()
    {
        Assert.Equal("homeassistant/device/ghent_r17/config", discovery.Topic);
        Assert.NotEqual(Of("ghent-a", "r1").Topic, Of("ghent", "a-r1").Topic);
    }

    [Fact]
    public void The_message_has_only_keys_that_Home_Assistant_knows()
    {
        JsonObject message = Message("a3", "a4");
        Assert.Equal(["dev", "o", "avty", "cmps"], message.Select(p => p.Key));
        Assert.Equal(["ids", "name", "mf", "mdl", "sw", "sn"], message["dev"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["name", "sw"], message["o"]!.AsObject().Select(p => p.Key));
        Assert.All(Components(message), component => Assert.Subset(Known, component.Value.Select(p => p.Key).ToHashSet()));
    }

    [Fact]
    public void Every_component_has_an_id_of_its_own_and_a_platform()
    {
        List<KeyValuePair<string, JsonObject>> components = Components(Message("a3", "a4"));
        Assert.All(components, c => Assert.Equal($"leafseg_ghent_r17_{c.Key}", (string?)c.Value["uniq_id"]));
        Assert.All(components, c => Assert.Contains((string?)c.Value["p"], (string[])["sensor", "binary_sensor", "button", "switch", "image", "update"]));
    }

    [Fact]
    public void Areas_are_in_square_millimetres_and_alarms_come_from_the_list_in_health()
    {
        JsonObject message = Message("a3");
        Assert.Equal("mm\u00b2", (string?)message["cmps"]!["plant_a3_leaf_area"]!["unit_of_meas"]);
        Assert.Equal("leafseg/v1/ghent/r17/plant/a3", (string?)message["cmps"]!["plant_a3_leaf_area"]!["stat_t"]);
        foreach (string code in AlarmCode.All)
        {
            JsonNode alarm = message["cmps"]![$"alarm_{code.Replace('-', '_')}"]!;
            Assert.Equal("leafseg/v1/ghent/r17/health", (string?)alarm["stat_t"]);
            Assert.Contains($"'{code}' in value_json.alarms", (string?)alarm["val_tpl"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("capture")]
    [InlineData("send_image")]
    [InlineData("doctor")]
    [InlineData("paused")]
    [InlineData("overlay")]
    public void A_control_is_as_the_real_Home_Assistant_took_it(string key)
    {
        JsonNode ours = Message("a3")["cmps"]![key]!;
        foreach (string file in Fixtures.All("peers/homeassistant/discovery.json"))
        {
            JsonNode taken = JsonNode.Parse(File.ReadAllText(file))!["cmps"]![key]!;
            Assert.True(JsonNode.DeepEquals(taken, ours), $"{taken.ToJsonString()}\n{ours.ToJsonString()}");
        }
    }

    public static TheoryData<string> AcceptedKeys => [.. Fixtures.All("peers/homeassistant/accepted-keys.tsv")];

    [Theory]
    [MemberData(nameof(AcceptedKeys))]
    public void Every_key_is_one_that_its_platform_knows(string file)
    {
        HashSet<string> accepted = [.. File.ReadLines(file)
            .Select(line => line.Split('\t')).SelectMany(c => new[] { $"{c[0]} {c[1]}", $"{c[0]} {c[2]}" })];
        Assert.All(Components(Message("a3")), c => Assert.All(c.Value.Select(p => p.Key),
            key => Assert.Contains(key == "p" ? $"{c.Value["p"]} platform" : $"{c.Value["p"]} {key}", accepted)));
    }

    [Fact]
    public void What_a_button_and_the_switch_send_is_a_command_that_the_rig_follows()
    {
        string now = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", System.Globalization.CultureInfo.InvariantCulture);
        JsonNode switchTemplate = Message()["cmps"]!["paused"]!["cmd_tpl"]!;
        string sent = ((string)switchTemplate!).Replace("{{ utcnow().timestamp() }}", "1764000000.25", StringComparison.Ordinal)
            .Replace("{{ utcnow().isoformat() }}", now, StringComparison.Ordinal).Replace("{{ value }}", "true", StringComparison.Ordinal);
        CommandReading reading = CommandReading.Of(new IncomingMessage { Topic = "leafseg/v1/ghent/r17/command/pause", Payload = Encoding.UTF8.GetBytes(sent) });
        Assert.Null(reading.Problem);
        Assert.Equal(("ha-1764000000.25", true), (reading.Id, reading.Command!.Paused));
    }

    [Fact]
    public void A_plant_that_is_gone_leaves_by_stubs()
    {
        JsonObject message = JsonNode.Parse(Encoding.UTF8.GetString(discovery.Message(["a3"], ["a4"])))!.AsObject();
        foreach (string key in (string[])["plant_a4_leaf_count", "plant_a4_leaf_count_in_picture", "plant_a4_growth_rate", "plant_a4_leaf_area", "plant_a4_measured"])
        {
            Assert.Equal("{\"p\":\"sensor\"}", message["cmps"]![key]!.ToJsonString());
        }

        Assert.NotNull(message["cmps"]!["plant_a3_leaf_count"]!["uniq_id"]);
    }

    [Fact]
    public void A_prefix_that_is_no_topic_is_refused() =>
        Assert.All(["", "a/", "/a", "+", "a/#"], p => Assert.Single(new HomeAssistantOptions { Prefix = p }.Problems("homeAssistant")));

    private static HomeAssistantDiscovery Of(string site, string rig) =>
        new(new HomeAssistantOptions { Enabled = true }, new RigName(site, rig), new Topics(site, rig));

    private static List<KeyValuePair<string, JsonObject>> Components(JsonObject message) =>
        [.. message["cmps"]!.AsObject().Select(c => KeyValuePair.Create(c.Key, c.Value!.AsObject()))];

    private JsonObject Message(params string[] plants) => JsonNode.Parse(Encoding.UTF8.GetString(discovery.Message(plants)))!.AsObject();
}
