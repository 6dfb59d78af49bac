using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Health;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// All triggers in one stream. One may wait while the camera works on another; any more would be answered with a
/// picture of the wrong moment, so they are counted as missed and reported with the next capture.
/// </summary>
internal sealed partial class TriggerQueue(TimeProvider time, Counters counters, ILogger<TriggerQueue> log)
{
    private readonly Channel<Trigger> waiting = Channel.CreateBounded<Trigger>(1);
    private readonly Lock gate = new();
    private long missedSinceLast;

    public ChannelReader<Trigger> Reader => waiting.Reader;

    /// <summary>Hands a trigger on; never waits. False: it was missed.</summary>
    public bool Offer(TriggerKind kind, long? edgeMonotonicNs)
    {
        lock (gate)
        {
            counters.Triggers.Increment();
            Trigger trigger = new()
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                Kind = kind,
                EdgeMonotonicNs = edgeMonotonicNs,
                MissedBefore = missedSinceLast,
            };
            if (waiting.Writer.TryWrite(trigger))
            {
                missedSinceLast = 0;
                return true;
            }

            Miss(1);
            return false;
        }
    }

    /// <summary>A trigger that cannot be served and that is not offered for this reason.</summary>
    public void Miss()
    {
        lock (gate)
        {
            counters.Triggers.Increment();
            Miss(1);
        }
    }

    /// <summary>A trigger that was taken but led to no picture: it counts as missed.</summary>
    public void GiveBack(Trigger trigger)
    {
        lock (gate)
        {
            missedSinceLast += trigger.MissedBefore;
            Miss(1);
        }
    }

    /// <summary>Counts what still waits as missed: the moment it asked for has passed.</summary>
    public void GiveBackWaiting()
    {
        while (waiting.Reader.TryRead(out Trigger? trigger))
            GiveBack(trigger);
    }

    private void Miss(long count)
    {
        // Once a gap, not once a trigger: a camera that is away for a night must not fill the disk with log.
        if (missedSinceLast == 0)
            LogMissing();
        missedSinceLast += count;
        counters.Missed.Add(count);
    }
}
