using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Health;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Answers each trigger with a picture, and keeps the camera open.</summary>
internal sealed partial class CaptureLoop(
    IFrameSource source,
    TriggerQueue triggers,
    ChannelWriter<Frame> frames,
    RunGoal goal,
    CameraOptions options,
    CameraStatus status,
    Counters counters,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<CaptureLoop> log) : BackgroundService
{
    private readonly Backoff backoff = new(
        TimeSpan.FromSeconds(options.RetryFirstSeconds), TimeSpan.FromSeconds(options.RetryLongestSeconds));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            bool lost = false;
            do
            {
                // While the camera was away the moment that a waiting trigger asked for has passed.
                if (await OpenAsync(stoppingToken) || lost)
                    triggers.GiveBackWaiting();
                lost = await CaptureWhileOpenAsync(stoppingToken);
            }
            while (lost);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            frames.Complete();
        }
    }

    /// <summary>True: it was away at first.</summary>
    private async Task<bool> OpenAsync(CancellationToken stoppingToken)
    {
        bool away = false;
        while (true)
        {
            try
            {
                await source.OpenAsync(stoppingToken);
                return away;
            }
            catch (CameraException e)
            {
                away = true;
                Report(e);
                TimeSpan wait = backoff.Next();
                LogRetry(wait.TotalSeconds);
                await Task.Delay(wait, time, stoppingToken);
            }
        }
    }

    /// <summary>False: there will be no more pictures. True: the camera must be opened anew.</summary>
    private async Task<bool> CaptureWhileOpenAsync(CancellationToken stoppingToken)
    {
        await foreach (Trigger trigger in triggers.Reader.ReadAllAsync(stoppingToken))
        {
            if (!goal.TryBegin())
                continue;

            Frame? frame;
            try
            {
                frame = await CaptureAsync(trigger, stoppingToken);
            }
            catch (CameraException e)
            {
                goal.GiveUp();
                triggers.GiveBack(trigger);
                Report(e);
                return true;
            }

            if (frame is null)
            {
                goal.GiveUp();
                LogNoMoreFrames();
                goal.NoMoreFrames();
                return false;
            }

            await frames.WriteAsync(frame, stoppingToken);
        }

        return false;
    }

    private async Task<Frame?> CaptureAsync(Trigger trigger, CancellationToken stoppingToken)
    {
        long start = time.MonotonicNs();
        CameraPicture? picture = await source.TakeAsync(stoppingToken);
        if (picture is null)
            return null;

        Frame frame = new()
        {
            Trigger = trigger,
            Picture = picture,
            Time = time.GetUtcNow(),
            MonotonicNs = time.MonotonicNs(),
            GrabMs = time.MillisecondsSince(start),
        };
        counters.Captures.Increment();
        backoff.Reset();
        alarms.Clear(AlarmCode.CameraLost);
        status.Picture(picture.Image.Width, picture.Image.Height);
        return frame;
    }

    private void Report(CameraException e)
    {
        counters.FrameErrors.Increment();
        status.Lost(e.Message);
        alarms.Raise(AlarmCode.CameraLost, AlarmSeverity.Critical, e.Message);
    }
}
