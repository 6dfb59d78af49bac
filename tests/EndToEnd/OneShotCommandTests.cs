using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>doctor, check-config and simulate as a user would start them.</summary>
public sealed class OneShotCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_doctor_has_a_line_for_each_thing_and_says_what_to_do_about_what_is_ill()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 1);
        using (ChildProcess doctor = AgentProcess.Start("doctor", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State))
        {
            // Whether the clock of the machine under test is synchronised is not ours to say.
            Assert.Contains(await doctor.ExitCodeAsync(), (int[])[(int)ExitCode.Done, (int)ExitCode.Ill]);
            Assert.Equal(["camera", "gpio", "model", "provider", "update", "disk", "clock", "broker"], doctor.Output.Select(line => line[6..].Split(' ')[0]));
            Assert.All(doctor.Output.Where(line => !line.Contains(" clock ", StringComparison.Ordinal)), line => Assert.StartsWith("well ", line, StringComparison.Ordinal));
        }

        await mosquitto.StopAsync();
        string broken = Path.Combine(folder.Path, "broken.onnx");
        await File.WriteAllTextAsync(broken, "no model", TestContext.Current.CancellationToken);
        using ChildProcess ill = AgentProcess.Start("doctor", "--frames", Path.Combine(folder.Path, "none"), "--broker", rig.Broker, "--model", broken, "--state", rig.State);
        Assert.Equal((int)ExitCode.Ill, await ill.ExitCodeAsync());
        foreach (string name in (string[])["camera", "model", "broker"])
        {
            Assert.Contains(ill.Output, line => line.StartsWith($"ILL   {name} ", StringComparison.Ordinal) && line.Contains("; to do: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Simulate_runs_a_rig_with_nothing_at_all()
    {
        Rig rig = new(folder.Path, "");
        using ChildProcess agent = AgentProcess.Start(
            "simulate", "--every", "0.1", "--pictures", "2", "--size", "96", "--captures", "3", "--model", rig.Model, "--status-port", $"{rig.StatusPort}");
        Assert.True(await agent.ExitCodeAsync() == (int)ExitCode.Done, agent.Errors);
        Assert.Equal(3, agent.Output.Count(line => line.Contains("acknowledged", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData("simulate", "--pictures", "0")]
    public async Task A_wrong_command_line_is_reported(params string[] arguments)
    {
        using ChildProcess agent = AgentProcess.Start(arguments);
        Assert.Equal((int)ExitCode.Usage, await agent.ExitCodeAsync());
    }
}
