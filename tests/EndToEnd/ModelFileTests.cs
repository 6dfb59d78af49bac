using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A model file that vanishes under a running agent, is broken at the next start, and comes back.</summary>
public sealed class ModelFileTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task No_capture_is_lost_over_a_model_that_vanishes_and_a_start_without_it_says_what_is_missing()
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 3);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        await house.Mosquitto.StopAsync();
        string aside = $"{rig.Model}.aside";
        using (ChildProcess agent = AgentProcess.Run(rig, "--loop"))
        {
            await agent.ProgressAsync("results wait", 3, () => DepthAsync(rig));
            File.Move(rig.Model, aside);
            await agent.ProgressAsync("it measures on", await DepthAsync(rig) + 3, () => DepthAsync(rig));
            await agent.EndAsync("KILL");
        }

        await AssertRefusedAsync(rig, "no such file");
        File.WriteAllBytes(rig.Model, File.ReadAllBytes(aside)[..^100]);
        await AssertRefusedAsync(rig, rig.Model);
        File.Move(aside, rig.Model, overwrite: true);

        await house.Mosquitto.StartAsync();
        using ChildProcess again = AgentProcess.Run(rig, "--loop", "--captures", "1");
        Assert.Equal((int)ExitCode.Done, await again.ExitCodeAsync());
        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Contains("stopped"));
        string[] results = PictureToTopicTests.Distinct(subscriber);
        Assert.True(results.Length >= 7);
        MessageCheck.AssertOnceAndInOrder(results, first: 1, count: results.Length);
    }

    private static async Task<long> DepthAsync(Rig rig) =>
        await AgentProcess.StatusAsync(rig.StatusPort) is { } status ? status.GetProperty("outbox_depth").GetInt64() : 0;

    private static async Task AssertRefusedAsync(Rig rig, string expected)
    {
        using ChildProcess agent = AgentProcess.Run(rig, "--loop");
        Assert.Equal((int)ExitCode.Model, await agent.ExitCodeAsync());
        Assert.Contains("model.file (--model): ", agent.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, agent.Errors, StringComparison.Ordinal);
    }
}
