using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Triggers at an interval, which no change of the clock disturbs, and at times of day, which follow the clock.</summary>
internal sealed partial class ScheduleTrigger(
    ScheduleOptions options, TriggerQueue queue, TimeProvider time, ILogger<ScheduleTrigger> log) : BackgroundService
{
    /// <summary>The clock may be set while one waits for a time of day.</summary>
    private static readonly TimeSpan LookAtClock = TimeSpan.FromSeconds(30);

    /// <summary>Later than this the light is another: the clock was wrong, or the machine slept.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(5);

    /// <summary>A clock that is put right by seconds must not bring a time twice; one set back by more is believed.</summary>
    private static readonly TimeSpan SetBack = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> parts = [];
        if (options.EverySeconds is { } seconds)
            parts.Add(EveryAsync(TimeSpan.FromSeconds(seconds), stoppingToken));
        if (options.At.Count > 0)
            parts.Add(AtAsync(options.Times(), stoppingToken));
        return Task.WhenAll(parts);
    }

    private async Task EveryAsync(TimeSpan interval, CancellationToken stoppingToken)
    {
        LogInterval(interval.TotalSeconds);
        using PeriodicTimer timer = new(interval, time);
        do
        {
            queue.Offer(TriggerKind.Schedule, edgeMonotonicNs: null, options.Camera);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AtAsync(TimesOfDay times, CancellationToken stoppingToken)
    {
        DateTimeOffset doneUpTo = time.GetUtcNow();
        DateTimeOffset told = default;
        while (true)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (now < doneUpTo - SetBack)
                doneUpTo = now;
            DateTimeOffset due = times.Next(doneUpTo);
            if (due != told)
                LogNext(told = due);

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
