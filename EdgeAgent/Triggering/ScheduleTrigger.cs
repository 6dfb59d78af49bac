using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>A trigger at the start and then one every interval.</summary>
internal sealed partial class ScheduleTrigger(
    ScheduleOptions options, TriggerQueue queue, TimeProvider time, ILogger<ScheduleTrigger> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogScheduled(options.EverySeconds);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(options.EverySeconds), time);
        do
        {
            queue.Offer(TriggerKind.Schedule, edgeMonotonicNs: null);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
