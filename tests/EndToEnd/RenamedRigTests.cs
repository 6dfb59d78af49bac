using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A rig that gets another name leaves nothing retained behind, at a real mosquitto.</summary>
public sealed class RenamedRigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Home_Assistant_is_told_once_a_connection_of_all_plants()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = Prepare(mosquitto, frames: 2);
        using ChildProcess listener = new("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{mosquitto.Port}", "-t", "homeassistant/device/#", "-F", "%t %p");
        await RunAsync(rig, Settings("ghent", homeAssistant: true, columns: 3), captures: 2);
        await listener.UntilAsync("the announcement is there", () => listener.Output.Count > 0);
        string only = Assert.Single(listener.Output);
        Assert.All(["plant_a1_leaf_count", "plant_a2_leaf_count", "plant_a3_leaf_count"], key => Assert.Contains($"\"{key}\"", only, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_published_under_its_old_name_is_cleared_and_what_waited_goes_out_under_the_new_one()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = Prepare(mosquitto, frames: 4);
        await RunAsync(rig, Settings("ghent", homeAssistant: true), captures: 2);
        string[] before = await RetainedAsync(mosquitto);
        Assert.Contains("homeassistant/device/ghent_r17/config", before);
        Assert.Contains("leafseg/v1/ghent/r17/plant/a3", before);

        // Two results wait: the broker is away.
        await mosquitto.StopAsync();
        using (ChildProcess agent = Start(rig, Settings("ghent", homeAssistant: true)))
        {
            await agent.UntilAsync("two wait", async () => await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() >= 2);
            await agent.EndAsync("TERM");
        }

        await mosquitto.StartAsync();
        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);
        await RunAsync(rig, Settings("leuven", homeAssistant: true), until: "that this rig had as ghent/r17 before");
        string[] after = await RetainedAsync(mosquitto);
        Assert.DoesNotContain(after, topic => topic.Contains("ghent", StringComparison.Ordinal));
        Assert.Contains("homeassistant/device/leuven_r17/config", after);
        string[] captures = [.. subscriber.Received.Where(message => message.Topic.EndsWith("/capture", StringComparison.Ordinal)).Select(message => $"{message.Topic} {Site(message.Payload)}")];
        Assert.True(captures.Length >= 4, string.Join('\n', captures));
        Assert.All(captures, capture => Assert.Equal("leafseg/v1/leuven/r17/capture leuven", capture));

        // Switched off: its device goes, the rig stays.
        await RunAsync(rig, Settings("leuven", homeAssistant: false), until: "Cleared 1 retained");
        after = await RetainedAsync(mosquitto);
        Assert.DoesNotContain(after, topic => topic.StartsWith("homeassistant/", StringComparison.Ordinal));
        Assert.Contains("leafseg/v1/leuven/r17/status", after);
    }

    [Fact]
    public async Task What_the_access_list_does_not_let_it_clear_is_named_until_it_does()
    {
        string list = Path.Combine(folder.Path, "acl");
        await File.WriteAllTextAsync(list, "topic readwrite leafseg/v1/ghent/#\ntopic readwrite homeassistant/#\n", TestContext.Current.CancellationToken);
        using Mosquitto mosquitto = new(folder.Path, $"acl_file {list}");
        await mosquitto.StartAsync();
        Rig rig = Prepare(mosquitto, frames: 2);
        await RunAsync(rig, Settings("ghent", homeAssistant: true), captures: 1);
        await mosquitto.StopAsync();

        await File.WriteAllTextAsync(list, "topic readwrite leafseg/v1/leuven/#\ntopic readwrite homeassistant/device/leuven_r17/#\ntopic read #\n", TestContext.Current.CancellationToken);
        await mosquitto.StartAsync();
        string errors = await RunAsync(rig, Settings("leuven", homeAssistant: true), until: "what was published as ghent/r17 is left at the broker");
        Assert.Contains("homeassistant/device/ghent_r17/config", errors, StringComparison.Ordinal);
        Assert.Contains("leafseg/v1/ghent/r17/status", errors, StringComparison.Ordinal);
        await mosquitto.StopAsync();

        await File.WriteAllTextAsync(list, "topic readwrite #\n", TestContext.Current.CancellationToken);
        await mosquitto.StartAsync();
        errors = await RunAsync(rig, Settings("leuven", homeAssistant: true), until: "that this rig had as ghent/r17 before");
        Assert.DoesNotContain("is left at the broker", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(await RetainedAsync(mosquitto), topic => topic.Contains("ghent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rig_whose_name_another_one_has_by_now_leaves_it_alone()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = Prepare(mosquitto, frames: 2);
        await RunAsync(rig, Settings("ghent", homeAssistant: false), captures: 1);
        using (ChildProcess other = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{mosquitto.Port}", "-r", "-q", "1", "-t", "leafseg/v1/ghent/r17/info", "-m", "{\"boot\":\"01234567\"}"))
        {
            Assert.Equal(0, await other.ExitCodeAsync());
        }

        await RunAsync(rig, Settings("leuven", homeAssistant: false), until: "Another rig is ghent/r17 now");
        Assert.Contains("leafseg/v1/ghent/r17/status", await RetainedAsync(mosquitto));
    }

    private static string Site(string payload)
    {
        using JsonDocument capture = JsonDocument.Parse(payload);
        return capture.RootElement.GetProperty("site").GetString()!;
    }

    private static ChildProcess Start(Rig rig, string settings, params IEnumerable<string> more) => AgentProcess.Start([
        "run", "--settings", settings, "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}",
        "--loop", .. more]);

    /// <summary>Runs until it has logged something, and ends it as systemd would.</summary>
    private static async Task<string> RunAsync(Rig rig, string settings, string until)
    {
        using ChildProcess agent = Start(rig, settings);
        await agent.UntilAsync(until, () => agent.Errors.Contains(until, StringComparison.Ordinal));
        Assert.Equal(0, await agent.EndAsync("TERM"));
        return agent.Errors;
    }

    private static async Task<string> RunAsync(Rig rig, string settings, int captures)
    {
        using ChildProcess agent = Start(rig, settings, "--captures", $"{captures}");
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Done, agent.Errors);
        return agent.Errors;
    }

    private static async Task<string[]> RetainedAsync(Mosquitto mosquitto)
    {
        using ChildProcess all = new("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{mosquitto.Port}", "-t", "#", "--retained-only", "-W", "2", "-F", "%t");
        await all.ExitCodeAsync();
        return [.. all.Output];
    }

    private Rig Prepare(Mosquitto mosquitto, int frames)
    {
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, frames);
        return rig;
    }

    private string Settings(string site, bool homeAssistant, int columns = 0)
    {
        string file = Path.Combine(folder.Path, $"{site}-{homeAssistant}.json");
        object? pots = columns == 0 ? null : new { grid = new { width = 160, height = 160, columns } };
        File.WriteAllText(file, JsonSerializer.Serialize(new { site, rig = "r17", plant = "a3", triggers = new { schedule = new { everySeconds = 0.2 } }, homeAssistant = new { enabled = homeAssistant }, pots }));
        return file;
    }
}
