using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A real mosquitto that takes one message at a time and no large ones; it hangs up on whoever does not heed that.</summary>
public sealed class LimitedBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Its_receive_maximum_and_packet_size_are_honoured_and_results_go_without_their_leaves()
    {
        using Mosquitto mosquitto = new(folder.Path, """
            max_inflight_messages 1
            max_packet_size 1200
            """);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 6);
        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);

        // What Home Assistant is told is larger than the broker allows: it is left out, and holds up nothing.
        string settings = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(settings, """{ "homeAssistant": { "enabled": true }, "triggers": { "schedule": { "everySeconds": 0.2 } } }""");
        using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings);
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Contains("stopped"));

        IReadOnlyList<string> captures = subscriber.On("/capture");
        MessageCheck.AssertOnceAndInOrder(captures, first: 1, count: 6);
        MessageCheck.AssertValid(subscriber.Received);
        Assert.All(captures, c => Assert.Equal("leaves", JsonDocument.Parse(c).RootElement.GetProperty("omitted")[0].GetString()));
        Assert.Equal(["online", "stopped"], subscriber.On("/status"));
        Assert.Empty(subscriber.On("/config"));
        Assert.Contains("homeassistant/", agent.Errors, StringComparison.Ordinal);
        Assert.Contains("1200", agent.Errors, StringComparison.Ordinal);
    }

    /// <summary>mosquitto does not announce message_size_limit; it refuses what is larger with 0x95.</summary>
    [Theory]
    [InlineData(1100, 6)]
    [InlineData(300, 0)]
    public async Task A_size_limit_that_it_does_not_announce_stops_no_queue(int limit, int expected)
    {
        using Mosquitto mosquitto = new(folder.Path, $"message_size_limit {limit}");
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 6);
        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);
        using ChildProcess agent = AgentProcess.Run(rig);
        await agent.ExitCodeAsync();
        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Contains("stopped"));

        Assert.Equal(Enumerable.Range(1, expected), subscriber.On("/capture").Select(c => JsonDocument.Parse(c).RootElement.GetProperty("sequence").GetInt32()));
        string setAside = Path.Combine(rig.State, "set-aside");
        Assert.Equal(6 - expected, Directory.Exists(setAside) ? Directory.GetFiles(setAside).Length : 0);
        Assert.Equal(expected == 0, agent.Errors.Contains("results-set-aside", StringComparison.Ordinal));
    }
}
