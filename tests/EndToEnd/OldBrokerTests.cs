using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>Brokers of MQTT 3.1.1 that answer MQTT 5 as 3.1.1 demands.</summary>
public sealed class OldBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_broker_of_Node_RED_gets_every_result()
    {
        using Aedes aedes = new();
        await aedes.StartAsync();
        Rig rig = new(folder.Path, aedes.Address);
        Frames.Render(rig.Frames, 3);
        using ChildProcess agent = AgentProcess.Run(rig, "--captures", "3");
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Done, agent.Errors);

        MessageCheck.AssertOnceAndInOrder([.. On(aedes, "/capture")], first: 1, count: 3);
        Assert.Contains(On(aedes, "/status"), s => s == "stopped");
        Assert.Contains(aedes.Received, line => line.StartsWith("client ", StringComparison.Ordinal) && line.EndsWith("version 4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_calls_it_well()
    {
        using Aedes aedes = new();
        await aedes.StartAsync();
        Rig rig = new(folder.Path, aedes.Address);
        Frames.Render(rig.Frames, 1);
        using ChildProcess doctor = AgentProcess.Start("doctor", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State);
        await doctor.ExitCodeAsync();
        Assert.Contains(doctor.Output, line => line.StartsWith("well  broker", StringComparison.Ordinal));
    }

    private static IEnumerable<string> On(Aedes aedes, string ending) => aedes.Received
        .Select(line => line.Split(' ', 2))
        .Where(line => line.Length == 2 && line[0].EndsWith(ending, StringComparison.Ordinal))
        .Select(line => line[1]);
}
