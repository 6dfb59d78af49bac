using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EndToEnd;

/// <summary>Failure 14 of the field: a board without a clock wakes in 1970 (libfaketime).</summary>
public sealed class ClockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_rig_that_wakes_in_1970_measures_delivers_in_order_and_says_that_its_clock_is_not_set()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 4);
        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);

        using (ChildProcess early = new("env", [
            "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-m", "-f", "@1970-01-01 00:01:00",
            Path.Combine(AppContext.BaseDirectory, "leafseg-agent"),
            "run", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State,
            "--status-port", $"{rig.StatusPort}", "--site", "ghent", "--rig", "r17", "--plant", "a3", "--interval", "0.2"]))
        {
            Assert.Equal((int)ExitCode.Done, await early.ExitCodeAsync());
            Assert.Contains("Alarm clock-unset", early.Errors, StringComparison.Ordinal);
        }

        using (ChildProcess later = AgentProcess.Run(rig))
            Assert.Equal((int)ExitCode.Done, await later.ExitCodeAsync());
        await subscriber.UntilAsync("both have stopped", () => subscriber.On("/status").Count(s => s == "stopped") == 2);

        IReadOnlyList<string> captures = subscriber.On("/capture");
        MessageCheck.AssertOnceAndInOrder(captures, first: 1, count: 8);
        JsonElement[] results = [.. captures.Select(c => JsonDocument.Parse(c).RootElement)];
        Assert.Equal(1970, results[0].GetProperty("time").GetDateTimeOffset().Year);
        Assert.True(results[^1].GetProperty("time").GetDateTimeOffset().Year > 2000);
        long[] monotonic = [.. results.Select(r => r.GetProperty("clock").GetProperty("monotonic_ns").GetInt64())];
        Assert.Equal(monotonic.Order(), monotonic);
    }
}
