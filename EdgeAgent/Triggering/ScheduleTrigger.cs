using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Triggers at an interval, which no change of the clock disturbs, and at times of day, which follow the clock.</summary>
/// <param name="options">When.</param>
/// <param name="queue">Where they go.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Gets what is left out.</param>
/// <param name="lastCapture">
/// The newest capture that an earlier run recorded. What was due since then has led to no result and was published with none: it
/// is missed, whether the agent was away or died with it. Null: there was none.
/// </param>
internal sealed partial class ScheduleTrigger(
    ScheduleOptions options, TriggerQueue queue, TimeProvider time, ILogger<ScheduleTrigger> log, DateTimeOffset? lastCapture = null) : BackgroundService
{
    /// <summary>The clock may be set while one waits for a time of day.</summary>
    private static readonly TimeSpan LookAtClock = TimeSpan.FromSeconds(30);

    /// <summary>Later than this the light is another: the clock was wrong, or the machine slept.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(5);

    /// <summary>A longer time since the last capture is a clock that was not set.</summary>
    private static readonly TimeSpan LongestAway = TimeSpan.FromDays(366);

    /// <summary>A clock that is put right by seconds must not bring a time twice; one set back by more is believed.</summary>
    private static readonly TimeSpan SetBack = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> parts = [];
        if (options.EverySeconds is { } seconds)
        {
            parts.Add(EveryAsync(TimeSpan.FromSeconds(seconds), stoppingToken));
        }

        if (options.At.Count > 0)
        {
            parts.Add(AtAsync(options.Times(), stoppingToken));
        }

        return Task.WhenAll(parts);
    }

    private async Task EveryAsync(TimeSpan interval, CancellationToken stoppingToken)
    {
        LogInterval(interval.TotalSeconds);
        if (Away() is { } since)
        {
            MissWhileAway((long)((time.GetUtcNow() - since) / interval), since);
        }

        using PeriodicTimer timer = new(interval, time);
        do
        {
            queue.Offer(TriggerKind.Schedule, edgeMonotonicNs: null, options.Camera);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Since when there was no capture; null: there was none before, or the clock cannot be believed.</summary>
    private DateTimeOffset? Away() =>
        lastCapture is { } since && time.GetUtcNow() - since is { Ticks: > 0 } away && away < LongestAway ? since : null;

    /// <returns>Up to when all is done: a time that is not too late yet is still served.</returns>
    private DateTimeOffset MissWhileAway(TimesOfDay times, DateTimeOffset since)
    {
        DateTimeOffset tooLate = time.GetUtcNow() - Latest;
        DateTimeOffset doneUpTo = since;
        long missed = 0;
        for (DateTimeOffset due = times.Next(since); due < tooLate; due = times.Next(due))
        {
            (missed, doneUpTo) = (missed + 1, due);
        }

        MissWhileAway(missed, since);
        return doneUpTo;
    }

    private void MissWhileAway(long missed, DateTimeOffset since)
    {
        if (missed == 0)
        {
            return;
        }

        LogAway(missed, since);
        queue.Miss(options.Camera, missed);
    }

    private async Task AtAsync(TimesOfDay times, CancellationToken stoppingToken)
    {
        DateTimeOffset doneUpTo = Away() is { } since ? MissWhileAway(times, since) : time.GetUtcNow();
        DateTimeOffset logged = default;
        while (true)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (now < doneUpTo - SetBack)
            {
                doneUpTo = now;
            }

            DateTimeOffset due = times.Next(doneUpTo);
            if (due != logged)
            {
                LogNext(logged = due);
            }

            if (now < due)
            {
                await Task.Delay(due - now < LookAtClock ? due - now : LookAtClock, time, stoppingToken);
            }
            else if (now - due <= Latest)
            {
                queue.Offer(TriggerKind.Schedule, edgeMonotonicNs: null, options.Camera);
                doneUpTo = due;
            }
            else
            {
                LogTooLate(due, (now - due).TotalMinutes);
                queue.Miss(options.Camera);
                doneUpTo = now;
            }
        }
    }
}
