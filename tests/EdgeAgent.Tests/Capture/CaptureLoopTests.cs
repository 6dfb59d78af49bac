using System.Threading.Channels;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Triggering;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class CaptureLoopTests : IDisposable
{
    private readonly Counters counters = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly CameraStatus status = new("top");
    private readonly RunGoal goal = new(null);
    private readonly Channel<Frame> frames = Channel.CreateBounded<Frame>(1);
    private readonly ScriptedCamera camera = new();
    private readonly TriggerQueue triggers;
    private readonly CameraOptions options = new() { RetryFirstSeconds = 0.01, RetryLongestSeconds = 0.02, ExitAfterSeconds = 600 };
    private CaptureLoop loop;

    public CaptureLoopTests()
    {
        triggers = new TriggerQueue(TimeProvider.System, counters, NullLogger<TriggerQueue>.Instance);
        loop = Loop(options, wires: null);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => loop.Dispose();

    [Fact]
    public async Task Each_trigger_is_answered_with_a_frame_that_knows_it()
    {
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 42);
        Frame frame = await frames.Reader.ReadAsync(Now);
        Assert.Equal((TriggerKind.Gpio, 42L), (frame.Trigger.Kind, frame.Trigger.EdgeMonotonicNs));
        Assert.Equal((8, 6), status.Size);
        await loop.StopAsync(Now);
        Assert.True(frames.Reader.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_lost_camera_is_an_alarm_its_triggers_are_missed_and_it_is_opened_until_it_is_back()
    {
        camera.Fail("unplugged", times: 3);
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 1);
        await camera.Waits.WaitAsync(Now);
        Assert.Contains(AlarmCode.CameraLost, alarms.Lasting.Keys);
        Assert.Equal("unplugged", status.Problem);
        camera.GoOn.Release();

        // Three failures: one on the picture or at opening each; then it works.
        Frame? frame = null;
        while (frame is null)
        {
            triggers.Offer(TriggerKind.Gpio, 2);
            using CancellationTokenSource moment = new(TimeSpan.FromMilliseconds(200));
            await frames.Reader.WaitToReadAsync(moment.Token).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
            frames.Reader.TryRead(out frame);
        }

        Assert.True(frame.Trigger.MissedBefore >= 1);
        Assert.Equal(counters.Triggers.Value, counters.Captures.Value + counters.Missed.Value + Waiting());
        Assert.DoesNotContain(AlarmCode.CameraLost, alarms.Lasting.Keys);
        Assert.Null(status.Problem);
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_frame_that_is_taken_while_the_agent_stops_and_the_channel_is_full_is_still_handed_on()
    {
        await loop.StartAsync(Now);
        for (int picture = 1; picture <= 2; picture++)
        {
            triggers.Offer(TriggerKind.Gpio, picture);
            Assert.True(SpinWait.SpinUntil(() => counters.Captures.Value == picture, TimeSpan.FromSeconds(20)));
        }

        Task stopped = loop.StopAsync(Now);
        Assert.Equal(1, (await frames.Reader.ReadAsync(Now)).Trigger.EdgeMonotonicNs);
        Assert.Equal(2, (await frames.Reader.ReadAsync(Now)).Trigger.EdgeMonotonicNs);
        await stopped;
        Assert.Equal(0, counters.Missed.Value);
    }

    [Fact]
    public async Task Triggers_that_a_stop_cuts_off_are_counted_as_missed()
    {
        camera.Blocks = true;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 1);
        await camera.Waits.WaitAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 2);
        await loop.StopAsync(Now);
        Assert.Equal((2, 2), (counters.Triggers.Value, counters.Missed.Value));
    }

    [Fact]
    public async Task A_folder_of_one_picture_is_no_frozen_camera()
    {
        camera.IsLive = false;
        camera.Scene = _ => Noise(1);
        await loop.StartAsync(Now);
        for (int picture = 0; picture < 5; picture++)
        {
            triggers.Offer(TriggerKind.Schedule, null);
            Assert.Equal(picture, (await frames.Reader.ReadAsync(Now)).Repeats);
        }

        Assert.Empty(alarms.Lasting);
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_trigger_for_which_there_is_no_picture_yet_is_neither_served_nor_missed()
    {
        camera.IsEmpty = true;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Schedule, null);
        Assert.True(SpinWait.SpinUntil(() => counters.Triggers.Value == 0, TimeSpan.FromSeconds(20)));
        camera.IsEmpty = false;
        triggers.Offer(TriggerKind.Schedule, null);
        Assert.Equal(0, (await frames.Reader.ReadAsync(Now)).Trigger.MissedBefore);
        Assert.Equal((1, 0), (counters.Triggers.Value, counters.Missed.Value));
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task The_run_is_over_when_there_are_no_more_pictures()
    {
        camera.IsAtEnd = true;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Schedule, null);
        Assert.Equal(RunEnd.OutOfFrames, await goal.Over.WaitAsync(Now));
        await frames.Reader.Completion.WaitAsync(Now);
    }

    [Fact]
    public async Task A_bad_picture_of_an_open_camera_is_read_again_and_nothing_is_missed()
    {
        camera.CanReadAgain = true;
        camera.Fail("torn", times: 1);
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 7);
        Assert.Equal(7, (await frames.Reader.ReadAsync(Now)).Trigger.EdgeMonotonicNs);
        Assert.Equal((1, 0L, 1L), (camera.Opened, counters.Missed.Value, counters.FrameErrors.Value));
        Assert.Empty(alarms.Lasting);
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_frozen_camera_is_known_by_its_pictures_opened_anew_and_at_last_ends_the_process()
    {
        camera.Scene = _ => Noise(1);
        await loop.StartAsync(Now);
        List<int> repeats = [];
        for (int picture = 0; picture < 9; picture++)
        {
            triggers.Offer(TriggerKind.Schedule, null);
            repeats.Add((await frames.Reader.ReadAsync(Now)).Repeats);
            if (picture == 2)
            {
                Assert.Contains(AlarmCode.CameraFrozen, alarms.Lasting.Keys);
            }

            // Opened again, it gives what waits to the missed: the next trigger comes after that.
            int opened = 1 + ((picture + 1) / 3);
            Assert.True(picture == 8 || SpinWait.SpinUntil(() => camera.Opened == opened, TimeSpan.FromSeconds(20)));
        }

        Assert.Equal(Enumerable.Range(0, 9), repeats);
        AgentException failure = await Assert.ThrowsAsync<AgentException>(() => loop.ExecuteTask!);
        Assert.Equal(ExitCode.Camera, failure.ExitCode);
        Assert.True(frames.Reader.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_camera_that_moves_again_is_not_frozen_any_more()
    {
        camera.Scene = picture => Noise(picture < 3 ? 0 : picture);
        await loop.StartAsync(Now);
        for (int picture = 0; picture < 3; picture++)
        {
            triggers.Offer(TriggerKind.Schedule, null);
            await frames.Reader.ReadAsync(Now);
        }

        Assert.Contains(AlarmCode.CameraFrozen, alarms.Lasting.Keys);
        Assert.True(SpinWait.SpinUntil(() => camera.Opened == 2, TimeSpan.FromSeconds(20)));
        triggers.Offer(TriggerKind.Schedule, null);
        Assert.Equal(0, (await frames.Reader.ReadAsync(Now)).Repeats);
        Assert.Empty(alarms.Lasting);
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_camera_that_stays_away_ends_the_process_for_the_supervisor()
    {
        loop.Dispose();
        loop = Loop(options with { ExitAfterSeconds = 1 }, wires: null);
        camera.CanReadAgain = true;
        camera.Fail("unplugged", times: 2);
        camera.StaysAway = true;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 1);
        AgentException failure = await Assert.ThrowsAsync<AgentException>(() => loop.ExecuteTask!.WaitAsync(Now));
        Assert.Equal(ExitCode.Camera, failure.ExitCode);
        Assert.Contains("unplugged", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, counters.Missed.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_camera_is_fired_and_its_exposure_line_proves_the_picture_or_its_silence_is_an_alarm(bool answers)
    {
        using SimulatedGpioDriver driver = new();
        using CameraWires wires = new(
            new CameraWiresOptions
            {
                Chip = GpioOptions.SimulatedChip,
                Trigger = new PulseOptions { Line = 1, WidthMs = 1 },
                ExposureActive = new ReadBackOptions { Line = 2, WithinMs = answers ? 30_000 : 1 },
            },
            "camera.wires", GpioPort.Of(driver), new CameraAlarms(alarms), TimeProvider.System);
        if (answers)
        {
            driver.Follow(1, level => driver.Drive(2, level));
        }

        loop.Dispose();
        loop = Loop(options, wires);
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 1);
        Frame frame = await frames.Reader.ReadAsync(Now);
        Assert.Equal(answers, frame.ExposedMonotonicNs is not null);
        Assert.Equal(!answers, alarms.Lasting.ContainsKey(AlarmCode.ExposureUnproved));
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_capture_whose_pulses_could_not_be_sent_says_so()
    {
        using SimulatedGpioDriver driver = new();
        ChangingChip chip = new(driver);
        using CameraWires wires = new(
            new CameraWiresOptions { Trigger = new PulseOptions { Line = 1 }, ExposureActive = new ReadBackOptions { Line = 2 } },
            "camera.wires", chip.Port, new CameraAlarms(alarms), TimeProvider.System);
        loop.Dispose();
        loop = Loop(options, wires);
        chip.Current = null;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Gpio, 1);
        Assert.False((await frames.Reader.ReadAsync(Now)).Fired);
        Assert.Equal([AlarmCode.GpioLost], alarms.Lasting.Keys);
        await loop.StopAsync(Now);
    }

    private static RgbImage Noise(int seed)
    {
        RgbImage picture = new(8, 6);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }

    private CaptureLoop Loop(CameraOptions settings, CameraWires? wires) => new(
        camera, triggers, frames.Writer, goal, settings, status, counters, new CameraAlarms(alarms), TimeProvider.System, NullLogger<CaptureLoop>.Instance, wires);

    private int Waiting() => triggers.Reader.TryPeek(out _) ? 1 : 0;

    /// <summary>A camera that fails as the test asks; after a first failure it waits until the test has looked.</summary>
    private sealed class ScriptedCamera : IFrameSource
    {
        private string? reason;
        private int failures;

        public SemaphoreSlim Waits { get; } = new(0);

        public SemaphoreSlim GoOn { get; } = new(0);

        public bool IsAtEnd { get; set; }

        public bool IsLive { get; set; } = true;

        public bool IsEmpty { get; set; }

        public int Opened { get; private set; }

        /// <summary>What its pictures look like; by default each differs from the last.</summary>
        public Func<int, RgbImage> Scene { get; set; } = Noise;

        private int Taken { get; set; }

        public bool CanReadAgain { get; set; }

        public bool StaysAway { get; set; }

        public bool Blocks { get; set; }

        public void Fail(string why, int times) => (reason, failures) = (why, times);

        public async Task OpenAsync(CancellationToken cancellationToken)
        {
            Opened++;
            if (StaysAway && Opened > 1)
            {
                throw new CameraException(reason!);
            }

            if (failures > 0 && failures < 3 && !CanReadAgain)
            {
                if (failures == 2)
                {
                    Waits.Release();
                    await GoOn.WaitAsync(cancellationToken);
                }

                failures--;
                throw new CameraException(reason!);
            }
        }

        public async Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
        {
            if (IsEmpty)
            {
                throw new NoPictureYetException();
            }

            if (Blocks)
            {
                Waits.Release();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            if (failures > 0)
            {
                failures--;
                throw new CameraException(reason!) { CanReadAgain = CanReadAgain };
            }

            return IsAtEnd ? null : new CameraPicture { Image = Scene(Taken++), Source = "scripted", ExposureUs = null };
        }

        public void Dispose()
        {
        }
    }
}
