using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class CommandLineSettingsTests
{
    [Fact]
    public void A_folder_and_a_broker_are_enough()
    {
        AgentOptions options = new CommandLineSettings { Frames = "pots", Broker = "embedded" }.Over(new AgentOptions(), hasFile: false);
        Assert.Empty(options.Problems());
        Assert.True(options.Triggers.Gpio!.IsSimulated);
        Assert.Equal(("pots", AtEnd.Stop), (options.Camera.Folder!.Path, options.Camera.Folder.AtEnd));
    }

    [Fact]
    public void The_command_line_stands_above_the_file_and_leaves_the_rest_of_it()
    {
        AgentOptions file = new()
        {
            Rig = "r17",
            Plant = "a3",
            Camera = new CameraOptions { Name = "side", Device = new CameraDeviceOptions() },
            Triggers = new TriggerOptions { Schedule = new ScheduleOptions { EverySeconds = 600 } },
        };
        AgentOptions options = new CommandLineSettings { Frames = "pots", Plant = "b4", IntervalSeconds = 5 }.Over(file, hasFile: true);
        Assert.Equal(("r17", "b4", "side"), (options.Rig, options.Plant, options.Camera.Name));
        Assert.Null(options.Camera.Device);
        Assert.Null(options.Triggers.Gpio);
        Assert.Equal(5, options.Triggers.Schedule!.EverySeconds);
    }

    [Fact]
    public void A_fast_simulated_line_is_not_held_off()
    {
        AgentOptions options = new CommandLineSettings { Frames = "pots", IntervalSeconds = 0.1 }.Over(new AgentOptions(), hasFile: false);
        Assert.True(options.Triggers.Gpio!.HoldOffMs < 100);
    }

    [Fact]
    public void A_folder_takes_the_place_of_every_other_source()
    {
        AgentOptions file = new() { Camera = new CameraOptions { Network = new(), Genicam = new() } };
        CameraOptions camera = new CommandLineSettings { Frames = "pots" }.Over(file, hasFile: true).Camera;
        Assert.Equal(("pots", true), (camera.Folder?.Path, camera is { Device: null, Network: null, Genicam: null }));
    }
}
