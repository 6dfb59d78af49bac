using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Synthesis;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EndToEnd;

/// <summary>From a folder of pictures through the agent and a real broker to a subscriber that is not ours.</summary>
public sealed class PictureToTopicTests : IDisposable
{
    private readonly Greenhouse house = new();

    private Rig Rig => house.Rig;

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task Every_result_is_received_once_in_order_and_valid()
    {
        await house.StartAsync(frames: 12);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);

        using ChildProcess agent = AgentProcess.Run(Rig, "--captures", "12");
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        await subscriber.UntilAsync("the agent has said that it stops", () => subscriber.On("/status").Contains("stopped"));

        IReadOnlyList<string> captures = subscriber.On("/capture");
        MessageCheck.AssertOnceAndInOrder(captures, first: 1, count: 12);
        MessageCheck.AssertValid(subscriber.Received);
        Assert.Equal(["online", "stopped"], subscriber.On("/status"));
        Assert.NotEmpty(subscriber.On("/info"));
        Assert.Equal(0, JsonDocument.Parse(subscriber.On("/health")[^1]).RootElement.GetProperty("outbox_depth").GetInt32());
        Assert.Equal(12, agent.Output.Count(line => line.Contains("acknowledged", StringComparison.Ordinal)));
        Assert.Equal(12, Directory.GetFiles(Path.Combine(Rig.State, "overlays"), "*.jpg").Length);

        JsonElement first = JsonDocument.Parse(captures[0]).RootElement;
        Assert.Equal("gpio", first.GetProperty("trigger").GetProperty("kind").GetString());
        Assert.True(first.GetProperty("trigger").GetProperty("edge_monotonic_ns").GetInt64() <= first.GetProperty("clock").GetProperty("monotonic_ns").GetInt64());
        Assert.Equal("a3", first.GetProperty("plants")[0].GetProperty("plant").GetString());
    }

    [Fact]
    public async Task Whoever_comes_later_finds_the_newest_numbers_of_the_plant_and_the_state_of_the_rig()
    {
        await house.StartAsync(frames: 3);
        using ChildProcess agent = AgentProcess.Run(Rig);
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());

        using Subscriber late = await Subscriber.StartAsync(house.Mosquitto);
        await late.UntilAsync("retained messages", () => late.Received.Count >= 4);
        Assert.All(late.Received, h => Assert.True(h.Retained));
        Assert.Equal(3, JsonDocument.Parse(Assert.Single(late.On("/plant/a3"))).RootElement.GetProperty("sequence").GetInt64());
        Assert.Equal("stopped", Assert.Single(late.On("/status")));
        Assert.Empty(late.On("/capture"));
        MessageCheck.AssertValid(late.Received);
    }

    [Fact]
    public async Task A_killed_agent_is_said_to_be_offline_and_goes_on_where_it_was()
    {
        await house.StartAsync(frames: 4);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);

        using (ChildProcess killed = AgentProcess.Run(Rig, "--loop"))
        {
            await subscriber.UntilAsync("five results", () => subscriber.On("/capture").Count >= 5);
            await killed.EndAsync("KILL");
        }

        await subscriber.UntilAsync("the last will", () => subscriber.On("/status").Contains("offline"));
        using ChildProcess restarted = AgentProcess.Run(Rig, "--loop", "--captures", "5");
        Assert.Equal((int)ExitCode.Done, await restarted.ExitCodeAsync());
        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Contains("stopped"));

        Assert.Equal(["online", "offline", "online", "stopped"], subscriber.On("/status"));

        // What was acknowledged last comes twice, with the same id, and says so: never less than once.
        string[] distinct = Distinct(subscriber);
        MessageCheck.AssertOnceAndInOrder(distinct, first: 1, count: distinct.Length);
        Assert.All(subscriber.On("/capture").Except(distinct), c => Assert.True(JsonDocument.Parse(c).RootElement.GetProperty("replayed").GetBoolean()));
    }

    [Fact]
    public async Task A_broker_that_is_not_there_at_the_start_costs_no_result()
    {
        await house.StartAsync(frames: 8);
        (await Subscriber.StartAsync(house.Mosquitto)).Dispose();
        await house.Mosquitto.StopAsync();

        using ChildProcess agent = AgentProcess.Run(Rig, "--captures", "8");
        await agent.UntilAsync("eight results in the outbox", async () =>
            await AgentProcess.StatusAsync(Rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() == 8);
        JsonElement link = (await AgentProcess.StatusAsync(Rig.StatusPort))!.Value.GetProperty("broker_link");
        Assert.False(link.GetProperty("connected").GetBoolean());
        Assert.NotEqual("", link.GetProperty("problem").GetString());
        Assert.Contains($"No connection to the broker at {house.Mosquitto.Address}", agent.Errors, StringComparison.Ordinal);

        await house.Mosquitto.StartAsync();
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        await subscriber.UntilAsync("eight results", () => subscriber.On("/capture").Count >= 8);
        MessageCheck.AssertOnceAndInOrder(subscriber.On("/capture"), first: 1, count: 8);
    }

    [Fact]
    public async Task A_broker_that_restarts_in_between_costs_no_result()
    {
        await house.StartAsync(frames: 20);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        using ChildProcess agent = AgentProcess.Run(Rig, "--captures", "20");
        await subscriber.UntilAsync("five results", () => subscriber.On("/capture").Count >= 5);
        await house.Mosquitto.StopAsync();
        await house.Mosquitto.StartAsync();
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());

        // The subscriber comes back by itself. What was on its way when the broker went may come twice, never less than once.
        await subscriber.UntilAsync("the last result", () => Distinct(subscriber).Length == 20);
        MessageCheck.AssertOnceAndInOrder(Distinct(subscriber), first: 1, count: 20);
    }

    /// <summary>One that is rendered, and photographs where they are beside the checkout.</summary>
    public static TheoryData<string, int> TimeLapses =>
        Fixtures.FindBeside("data/pots-ltu-zdr1") is { } photographs ? new() { { "", 12 }, { photographs, 43 } } : new() { { "", 12 } };

    /// <summary>As <see cref="TimeLapses"/>.</summary>
    public static TheoryData<string> Trays => Fixtures.FindBeside("data/tray-plantcv") is { } photographs ? ["", photographs] : [""];

    [Theory]
    [MemberData(nameof(TimeLapses))]
    public async Task A_time_lapse_gives_a_result_and_an_overlay_a_picture(string pots, int pictures)
    {
        if (pots.Length == 0)
        {
            pots = Path.Combine(house.Folder, "time-lapse");
            Frames.Render(pots, pictures, size: 400);
        }

        Rig rig = Rig with { Frames = pots, Model = InstalledModels.Newest(InstalledModels.Folder) };
        await house.Mosquitto.StartAsync();
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);

        using ChildProcess agent = AgentProcess.Run(rig, "--captures", $"{pictures}");
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        await subscriber.UntilAsync("the agent has said that it stops", () => subscriber.On("/status").Contains("stopped"));
        MessageCheck.AssertOnceAndInOrder(subscriber.On("/capture"), first: 1, count: pictures);
        MessageCheck.AssertValid(subscriber.Received);
        Assert.Equal(pictures, Directory.GetFiles(Path.Combine(rig.State, "overlays"), "*.jpg").Length);
    }

    /// <summary>Each pot at the picture's full resolution: at 640 pixels for the whole tray most leaves would be specks.</summary>
    [Theory]
    [MemberData(nameof(Trays))]
    public async Task A_tray_of_twenty_pots_gives_twenty_plants_with_leaves(string tray)
    {
        bool rendered = tray.Length == 0;
        if (rendered)
        {
            tray = Directory.CreateDirectory(Path.Combine(house.Folder, "tray")).FullName;
            ImageFile.Write(Path.Combine(tray, "tray.png"), RenderedTray.Render(columns: 5, rows: 4, pot: 400, rim: 60));
        }

        string settings = Path.Combine(house.Folder, "settings.json");
        using (ChildProcess layout = AgentProcess.Start("layout", Directory.GetFiles(tray)[0], "--output", Path.Combine(house.Folder, "layout.jpg")))
        {
            Assert.Equal((int)ExitCode.Done, await layout.ExitCodeAsync());
            await File.WriteAllTextAsync(
                settings, $$"""{ {{string.Join('\n', layout.Output)}}, "triggers": { "schedule": { "everySeconds": 1 } } }""", TestContext.Current.CancellationToken);
        }

        await house.Mosquitto.StartAsync();
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        using ChildProcess agent = AgentProcess.Start(
            "run", "--settings", settings, "--frames", tray, "--broker", Rig.Broker, "--state", Rig.State, "--status-port", $"{Rig.StatusPort}",
            "--model", InstalledModels.Newest(InstalledModels.Folder), "--captures", "1");
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Done, agent.Errors);
        await subscriber.UntilAsync("every plant", () => subscriber.Received.Count(h => h.Topic.Contains("/plant/", StringComparison.Ordinal)) >= 20);

        MessageCheck.AssertValid(subscriber.Received);
        JsonElement[] plants = [.. JsonDocument.Parse(Assert.Single(subscriber.On("/capture"))).RootElement.GetProperty("plants").EnumerateArray()];
        Assert.Equal(20, plants.Select(p => p.GetProperty("plant").GetString()).Distinct().Count());
        int[] leaves = [.. plants.Select(p => p.GetProperty("leaf_count").GetInt32())];

        // In the photograph one pot is empty and one has a seedling of a few pixels.
        Assert.All(leaves, count => Assert.InRange(count, 0, 25));
        Assert.InRange(leaves.Count(count => count >= (rendered ? 3 : 5)), 17, rendered ? 20 : 19);
    }

    /// <summary>Results as a receiver keeps them that inserts only what it does not have.</summary>
    internal static string[] Distinct(Subscriber subscriber) =>
        [.. subscriber.On("r17/capture").DistinctBy(c => JsonDocument.Parse(c).RootElement.GetProperty("id").GetGuid())];
}
