using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class SeveralCamerasTests
{
    private readonly AlarmBoard board = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly Counters counters = new();

    [Fact]
    public void A_trigger_reaches_every_camera_or_the_one_it_names_and_each_counts_what_it_missed()
    {
        (TriggerQueue top, TriggerQueue left) = (Queue("top"), Queue("left"));
        top.PassOnTo(left);
        Assert.True(top.Offer(TriggerKind.Gpio, 1));
        Assert.True(left.Reader.TryRead(out _));
        Assert.True(top.Offer(TriggerKind.Gpio, 2, "left"));
        Assert.False(top.Offer(TriggerKind.Gpio, 3, "left"));
        Assert.True(left.Reader.TryRead(out Trigger? second));
        Assert.Equal((2L, 0L), (second.EdgeMonotonicNs, second.MissedBefore));
        Assert.True(top.Reader.TryRead(out Trigger? first));
        Assert.Equal(1, first.EdgeMonotonicNs);

        Assert.True(top.Offer(TriggerKind.Schedule, null));
        Assert.Equal((0, 1), (Missed(top), Missed(left)));
        Assert.Equal((6, 1), (counters.Triggers.Value, counters.Missed.Value));
    }

    [Fact]
    public void A_camera_without_more_pictures_misses_nothing()
    {
        TriggerQueue queue = Queue("top");
        queue.Close();
        Assert.False(queue.Offer(TriggerKind.Gpio, 1));
        Assert.Equal((0, 0), (counters.Triggers.Value, counters.Missed.Value));
    }

    [Fact]
    public void An_alarm_lasts_as_long_as_one_camera_has_it_and_names_the_cameras()
    {
        CameraAlarms alarms = new(board);
        alarms.Raise(AlarmCode.CameraLost, "top", AlarmSeverity.Critical, "unplugged");
        alarms.Raise(AlarmCode.CameraLost, "left", AlarmSeverity.Critical, "hangs");
        Assert.Equal("left: hangs; top: unplugged", board.Lasting[AlarmCode.CameraLost].Detail);
        alarms.Clear(AlarmCode.CameraLost, "top");
        Assert.Equal("left: hangs", board.Lasting[AlarmCode.CameraLost].Detail);
        alarms.Clear(AlarmCode.CameraLost, "left");
        Assert.Empty(board.Lasting);
    }

    [Fact]
    public async Task The_stream_of_frames_ends_with_the_last_camera()
    {
        Channel<Frame> frames = Channel.CreateBounded<Frame>(1);
        FrameWriter writer = new(frames.Writer, cameras: 2);
        writer.Complete();
        Assert.False(frames.Reader.Completion.IsCompleted);
        writer.Complete();
        await frames.Reader.Completion.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_run_is_over_when_no_camera_has_pictures_any_more()
    {
        RunGoal goal = new(null) { Cameras = 2 };
        goal.NoMoreFrames();
        Assert.False(goal.Over.IsCompleted);
        goal.NoMoreFrames();
        Assert.True(goal.Over.IsCompleted);
    }

    [Fact]
    public void Cameras_need_names_and_plants_of_their_own_and_triggers_name_one_of_them()
    {
        CameraDeviceOptions device = new();
        AgentOptions options = new()
        {
            Camera = new CameraOptions { Device = device },
            MoreCameras = [new CameraOptions { Name = "left", Plant = "a2", Device = device }],
            Triggers = new TriggerOptions { Gpio = new GpioOptions { Camera = "left" } },
        };
        Assert.Empty(options.Problems());
        Assert.Equal(
            ["moreCameras[0].name", "moreCameras[0].plant", "triggers.gpio.camera"],
            (options with { MoreCameras = [new CameraOptions { Device = device }] }).Problems().Select(p => p.Setting));
    }

    [Fact]
    public void Each_camera_may_have_pots_of_its_own_and_no_plant_stands_under_two()
    {
        CameraDeviceOptions device = new();
        AgentOptions options = new()
        {
            Camera = new CameraOptions { Device = device },
            Triggers = new TriggerOptions { Gpio = new GpioOptions() },
            Pots = Pots("a1", "a2"),
            MoreCameras = [new CameraOptions { Name = "left", Device = device, Pots = Pots("b1", "b2") }, new CameraOptions { Name = "right", Device = device, Plant = "c1" }],
        };
        Assert.Empty(options.Problems());
        Assert.Equal(["a1", "a2", "b1", "b2", "c1"], options.PlantNames().Order());

        Assert.Equal(
            ["moreCameras[0].pots: found \"a2\", expected a plant that no other camera looks at", "moreCameras[1].plant: found \"b2\", expected a plant that no other camera looks at"],
            (options with { MoreCameras = [options.MoreCameras[0] with { Pots = Pots("a2", "b2") }, options.MoreCameras[1] with { Plant = "b2" }] }).Problems().Select(p => p.ToString()));
        Assert.Equal(["camera.pots"], (options with { Camera = options.Camera with { Pots = Pots("d1") } }).Problems().Select(p => p.Setting));
        Assert.Equal(["moreCameras[0].pots.rectangles[0].width"],
            (options with { MoreCameras = [options.MoreCameras[0] with { Pots = new PotsOptions { Rectangles = [new PotOptions { Plant = "b1", Height = 9 }] } }] }).Problems().Select(p => p.Setting));
    }

    private static PotsOptions Pots(params string[] plants) =>
        new() { Rectangles = [.. plants.Select((plant, i) => new PotOptions { Plant = plant, X = 100 * i, Width = 80, Height = 80 })] };

    private static long Missed(TriggerQueue queue)
    {
        Assert.True(queue.Reader.TryRead(out Trigger? trigger));
        return trigger.MissedBefore;
    }

    private TriggerQueue Queue(string camera) => new(TimeProvider.System, counters, NullLogger<TriggerQueue>.Instance, camera);
}
