using System.Net;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>What a fleet's tools read from a rig, without a person at the page.</summary>
public sealed class StatusEndpointsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_rig_without_its_broker_is_not_ready_says_why_and_refuses_a_second_agent_unharmed()
    {
        Rig rig = new(folder.Path, $"127.0.0.1:{Mosquitto.FreePort()}");
        Frames.Render(rig.Frames, 2);
        using ChildProcess agent = AgentProcess.Run(rig, "--loop");
        await agent.UntilAsync("results are recorded", async () =>
            (await AgentProcess.StatusAsync(rig.StatusPort))?.GetProperty("outbox_depth").GetInt32() > 1);

        Assert.Contains("leafseg_broker_connected{site=\"ghent\",rig=\"r17\"} 0\n", await TextAsync(rig, "metrics", HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.Contains(rig.Broker, await TextAsync(rig, "readyz", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);

        Rig same = new(folder.Path, rig.Broker) { Model = rig.Model };
        using ChildProcess second = AgentProcess.Run(same);
        Assert.Equal((int)ExitCode.Machine, await second.ExitCodeAsync());
        Assert.Contains("another leafseg-agent uses this folder", second.Errors, StringComparison.Ordinal);
        int before = (await AgentProcess.StatusAsync(rig.StatusPort))!.Value.GetProperty("outbox_depth").GetInt32();
        await agent.UntilAsync("the first goes on", async () =>
            (await AgentProcess.StatusAsync(rig.StatusPort))?.GetProperty("outbox_depth").GetInt32() > before);
    }

    private async Task<string> TextAsync(Rig rig, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/{path}"), TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
