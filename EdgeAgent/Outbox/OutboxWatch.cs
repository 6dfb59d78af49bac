using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>Raises an alarm when the outbox fills up, before anything is discarded, and when something was.</summary>
internal sealed class OutboxWatch(OutboxStore outbox, AlarmBoard alarms)
{
    /// <summary>Share of the outbox's capacity from which on an operator should act.</summary>
    private const double Filling = 0.8;

    /// <summary>What was given up when there last was room: an earlier outage's loss is no loss of this one.</summary>
    private long droppedBefore;
    private long shortenedBefore;

    /// <summary>Called after each result that comes or goes.</summary>
    public void Look()
    {
        if (outbox.Damage is { } damage)
        {
            alarms.Raise(AlarmCode.OutboxDamaged, AlarmSeverity.Critical, damage);
        }

        long bytes = outbox.Bytes;
        OutboxLimit limit = outbox.Limit;
        if (bytes < Filling * limit.OwnBytes)
        {
            alarms.Clear(AlarmCode.OutboxFilling);
            alarms.Clear(AlarmCode.OutboxFull);
            droppedBefore = outbox.Dropped;
            shortenedBefore = outbox.Shortened;
            return;
        }

        // The detail holds no number that changes with every result: each new text is published and logged.
        alarms.Raise(AlarmCode.OutboxFilling, AlarmSeverity.Warning,
            $"results take more than {Filling:P0} of outbox.maxMegabytes; beyond it pictures go first, then leaf detail, then the oldest results");
        if (outbox.Dropped > droppedBefore)
        {
            alarms.Raise(AlarmCode.OutboxFull, AlarmSeverity.Critical, "the oldest results are given up for want of room; connect the broker");
        }
        else if (outbox.Shortened > shortenedBefore)
        {
            alarms.Raise(AlarmCode.OutboxFull, AlarmSeverity.Critical, "the oldest results lose their leaf detail for want of room; connect the broker");
        }
    }
}
