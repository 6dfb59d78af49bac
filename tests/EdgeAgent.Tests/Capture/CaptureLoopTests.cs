using System.Threading.Channels;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Health;
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
    private readonly CaptureLoop loop;

    public CaptureLoopTests()
    {
        triggers = new TriggerQueue(TimeProvider.System, counters, NullLogger<TriggerQueue>.Instance);
        CameraOptions options = new() { RetryFirstSeconds = 0.01, RetryLongestSeconds = 0.02 };
        loop = new CaptureLoop(
            camera, triggers, frames.Writer, goal, options, status, counters, alarms, TimeProvider.System, NullLogger<CaptureLoop>.Instance);
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
    public async Task The_run_is_over_when_there_are_no_more_pictures()
    {
        camera.IsAtEnd = true;
        await loop.StartAsync(Now);
        triggers.Offer(TriggerKind.Schedule, null);
        Assert.Equal(RunEnd.OutOfFrames, await goal.Over.WaitAsync(Now));
        await frames.Reader.Completion.WaitAsync(Now);
    }

    private int Waiting() => triggers.Reader.TryPeek(out _) ? 1 : 0;

    /// <summary>A camera that fails as told; after a first failure it waits until the test has looked.</summary>
    private sealed class ScriptedCamera : IFrameSource
    {
        private string? reason;
        private int failures;

        public SemaphoreSlim Waits { get; } = new(0);

        public SemaphoreSlim GoOn { get; } = new(0);

        public bool IsAtEnd { get; set; }

        public void Fail(string why, int times) => (reason, failures) = (why, times);

        public async Task OpenAsync(CancellationToken cancellationToken)
        {
            if (failures > 0 && failures < 3)
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

        public Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
        {
            if (failures > 0)
            {
                failures--;
                throw new CameraException(reason!);
            }

            return Task.FromResult(IsAtEnd ? null : new CameraPicture { Image = new RgbImage(8, 6), Source = "scripted", ExposureUs = null });
        }

        public void Dispose()
        {
        }
    }
}
