using System.Text.Json;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EndToEnd.Updates;

namespace LeafSeg.EndToEnd.Sandbox;

/// <summary>
/// The real program under the system calls and address families that its unit leaves it. A call outside of them would end it
/// with SIGSYS here.
/// </summary>
public sealed class UnitSandboxTests(PublishedModels models) : IClassFixture<PublishedModels>, IDisposable
{
    private const int BadSystemCall = 128 + 31;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_capture_goes_from_its_trigger_to_the_acknowledgement_over_TLS_and_the_stop_is_clean()
    {
        UnitSandbox sandbox = await UnitSandbox.PrepareAsync(folder.Path);
        (Mosquitto mosquitto, string settings) = await EncryptedBrokerTests.PrepareAsync(folder.Path, brokerIsValid: true, rigIsValid: true);
        using (mosquitto)
        {
            using ChildProcess agent = Agent(sandbox, settings, mosquitto);
            await agent.UntilAsync("an acknowledged result", () => agent.HasExited || agent.Output.Count > 2);
            Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
        }
    }

    [Fact]
    public async Task A_model_is_fetched_proven_in_a_process_of_its_own_tried_and_taken()
    {
        UnitSandbox sandbox = await UnitSandbox.PrepareAsync(folder.Path);
        using UpdatingRig rig = await UpdatingRig.StartAsync(models, launcher: sandbox.Command);
        Assert.Equal(ModelState.Active, await rig.RecoverAsync());
    }

    [Theory]
    [InlineData("doctor --settings", ExitCode.Ill)]
    [InlineData("check-config", ExitCode.Done)]
    internal async Task A_command_that_a_person_runs_in_the_service_comes_to_its_end(string command, ExitCode expected)
    {
        UnitSandbox sandbox = await UnitSandbox.PrepareAsync(folder.Path);
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            stateFolder = Path.Combine(folder.Path, "state"),
            camera = new { device = new { path = "/dev/video99" } },
            triggers = new { gpio = new { chip = "no-such-chip" } },
            broker = new { address = "embedded" },
        }), TestContext.Current.CancellationToken);
        using ChildProcess agent = Start(sandbox, [.. command.Split(' '), settings]);
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)expected, $"{code}: {agent.Errors}");
    }

    [Fact]
    public async Task An_industrial_camera_gives_its_picture()
    {
        UnitSandbox sandbox = await UnitSandbox.PrepareAsync(folder.Path);
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            stateFolder = Path.Combine(folder.Path, "state"),
            camera = new { genicam = new { name = "Fake_1" } },
            triggers = new { schedule = new { everySeconds = 1 } },
            broker = new { address = "embedded" },
        }), TestContext.Current.CancellationToken);
        using ChildProcess doctor = Start(sandbox, "doctor", "--settings", settings);
        int code = await doctor.ExitCodeAsync();
        Assert.True(doctor.Output.Any(line => line.StartsWith("well  camera    top: a picture of 512x512", StringComparison.Ordinal)), $"{code}: {string.Join('\n', doctor.Output)} {doctor.Errors}");
    }

    /// <summary>The test of the test: the call that glibc makes to read the clock, and that the unit once did not hold.</summary>
    [Fact]
    public async Task A_call_that_the_filter_does_not_hold_is_seen()
    {
        UnitSandbox sandbox = await UnitSandbox.PrepareAsync(folder.Path, without: "clock_adjtime");
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        using ChildProcess agent = Agent(sandbox, settings: null, mosquitto);
        Assert.Equal(BadSystemCall, await agent.ExitCodeAsync());
    }

    private static ChildProcess Start(UnitSandbox sandbox, params IEnumerable<string> arguments)
    {
        string[] command = [.. sandbox.Command, Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), .. arguments];
        return new ChildProcess(command[0], command[1..]);
    }

    private ChildProcess Agent(UnitSandbox sandbox, string? settings, Mosquitto mosquitto)
    {
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 1);
        return Start(sandbox, [
            "run", .. settings is null ? (string[])[] : ["--settings", settings], "--frames", rig.Frames, "--loop", "--broker", rig.Broker, "--model", rig.Model,
            "--state", rig.State, "--status-port", $"{rig.StatusPort}", "--interval", "0.2"]);
    }
}
