using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Answers each trigger with a picture, and keeps the camera open: step by step, as the recovery says.</summary>
internal sealed partial class CaptureLoop(
    IFrameSource source,
    TriggerQueue triggers,
    ChannelWriter<Frame> frames,
    RunGoal goal,
    CameraOptions options,
    CameraStatus status,
    Counters counters,
    CameraAlarms alarms,
    TimeProvider time,
    ILogger<CaptureLoop> log,
    CameraWires? wires = null,
    CaptureReadiness? readiness = null) : BackgroundService
{
    /// <summary>So long a frame that was taken waits for room while the agent stops.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly CameraRecovery recovery = new(options, time);
    private readonly FrozenWatch frozen = new();
    private readonly Backoff backoff = new(
        TimeSpan.FromSeconds(options.RetryFirstSeconds), TimeSpan.FromSeconds(options.RetryLongestSeconds));

    /// <summary>The camera and its lines are this loop's own.</summary>
    public override void Dispose()
    {
        source.Dispose();
        wires?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            bool lost = false;
            do
            {
                // While the camera was disconnected the moment that a waiting trigger requested has passed.
                if (await OpenAsync(stoppingToken) || lost)
                {
                    triggers.GiveBackWaiting();
                }

                lost = await CaptureWhileOpenAsync(stoppingToken);
            }
            while (lost);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            triggers.GiveBackWaiting();
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
                readiness?.Opened(options.Name);
                return away;
            }
            catch (CameraException e)
            {
                away = true;
                Report(e);
                ExitIf(recovery.Failed(e) == CameraRecoveryStep.Exit, e.Message);
                TimeSpan wait = backoff.Next();
                LogRetry(wait.TotalSeconds);
                await Task.Delay(wait, time, stoppingToken);
            }
        }
    }

    /// <summary>False: there will be no more pictures. True: the camera must be opened again.</summary>
    private async Task<bool> CaptureWhileOpenAsync(CancellationToken stoppingToken)
    {
        await foreach (Trigger trigger in triggers.Reader.ReadAllAsync(stoppingToken))
        {
            if (!goal.TryBegin())
            {
                continue;
            }

            Frame? frame;
            try
            {
                frame = await CaptureAsync(trigger, stoppingToken);
            }
            catch (NoPictureYetException)
            {
                goal.GiveUp();
                triggers.Withdraw(trigger);
                continue;
            }
            catch (CameraException)
            {
                GiveBack(trigger);
                return true;
            }
            catch
            {
                // The agent stops, or the process exits: each trigger is counted once.
                GiveBack(trigger);
                throw;
            }

            if (frame is null)
            {
                goal.GiveUp();
                LogNoMoreFrames();
                triggers.Close();
                goal.NoMoreFrames();
                return false;
            }

            await HandOnAsync(frame, stoppingToken);
            if (MustReopen(frame))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was taken is measured, also while the agent stops: what measures continues until the last frame.</summary>
    private async Task HandOnAsync(Frame frame, CancellationToken stoppingToken)
    {
        using CancellationTokenSource patience = new();
        await using CancellationTokenRegistration stopping = stoppingToken.Register(() => patience.CancelAfter(StopPatience));
        try
        {
            await frames.WriteAsync(frame, patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            GiveBack(frame.Trigger);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private void GiveBack(Trigger trigger)
    {
        goal.GiveUp();
        triggers.GiveBack(trigger);
    }

    /// <exception cref="CameraException">Reading again did not help either.</exception>
    private async Task<Frame?> CaptureAsync(Trigger trigger, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await TakeAsync(trigger, stoppingToken);
            }
            catch (CameraException e)
            {
                CameraRecoveryStep step = recovery.Failed(e);
                if (step == CameraRecoveryStep.ReadAgain)
                {
                    counters.FrameErrors.Increment();
                    LogReadAgain(e.Message);
                    continue;
                }

                Report(e);
                ExitIf(step == CameraRecoveryStep.Exit, e.Message);
                throw;
            }
        }
    }

    private async Task<Frame?> TakeAsync(Trigger trigger, CancellationToken stoppingToken)
    {
        long start = time.MonotonicNs();
        Task<Fired>? fired = wires?.FireAsync(stoppingToken);
        CameraPicture? picture;
        DateTimeOffset wallClock;
        long taken;
        try
        {
            picture = await source.TakeAsync(trigger.EdgeMonotonicNs, stoppingToken);
            wallClock = time.GetUtcNow();
            taken = time.MonotonicNs();
        }
        finally
        {
            // No second pulse before the first is over, whatever became of the picture.
            await ((Task?)fired ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (picture is null)
        {
            return null;
        }

        Frame frame = new()
        {
            Trigger = trigger,
            Camera = options.Name,
            Picture = picture,
            Time = wallClock,
            MonotonicNs = taken,
            GrabMs = (taken - start) / 1e6,
            Repeats = frozen.Repeats(picture.Image),
            Fired = fired is null ? null : (await fired).Sent,
            ExposedMonotonicNs = fired is null ? null : (await fired).ExposedMonotonicNs,
        };
        Judge(frame);
        counters.Captures.Increment();
        backoff.Reset();
        alarms.Clear(AlarmCode.CameraLost, options.Name);
        status.Picture(picture.Image.Width, picture.Image.Height);
        return frame;
    }

    private void Judge(Frame frame)
    {
        // A folder of pictures may well hold the same picture twice.
        if (source.IsLive && frame.Repeats >= options.FrozenAfter - 1)
        {
            alarms.Raise(AlarmCode.CameraFrozen, options.Name, AlarmSeverity.Critical, "the camera gives the very same picture again and again");
        }
        else if (frame.Repeats == 0)
        {
            alarms.Clear(AlarmCode.CameraFrozen, options.Name);
        }

        if (wires is { IsReadBack: true } && frame is { Fired: true, ExposedMonotonicNs: null })
        {
            alarms.Raise(AlarmCode.ExposureUnproved, options.Name, AlarmSeverity.Warning,
                "the camera did not say that it exposed (camera.wires.exposureActive); the picture may be of another moment");
        }
        else
        {
            alarms.Clear(AlarmCode.ExposureUnproved, options.Name);
        }
    }

    private bool MustReopen(Frame frame)
    {
        CameraRecoveryStep step = source.IsLive ? recovery.Taken(frame.Repeats) : recovery.Taken(0);
        ExitIf(step == CameraRecoveryStep.Exit, "it returns the same picture again and again, also after it was opened again");
        if (step == CameraRecoveryStep.Reopen)
        {
            LogFrozen(frame.Repeats + 1);
        }

        return step == CameraRecoveryStep.Reopen;
    }

    private void ExitIf(bool last, string reason)
    {
        if (last)
        {
            throw new AgentException(ExitCode.Camera, $"camera {options.Name} does not recover in this process: {reason}. The program exits, to be restarted by its supervisor (camera.exitAfterSeconds)");
        }
    }

    private void Report(CameraException e)
    {
        counters.FrameErrors.Increment();
        status.Lost(e.Message);
        alarms.Raise(AlarmCode.CameraLost, options.Name, AlarmSeverity.Critical, e.Message);
    }
}
