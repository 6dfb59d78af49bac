using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// All triggers in one stream. One may wait while the camera works on another; any more would be answered with a
/// picture of the wrong moment, so they are counted as missed and reported with the next capture. A rig with several
/// cameras has one such queue a camera: who requests pictures knows that of the first, which passes each trigger on.
/// </summary>
internal sealed partial class TriggerQueue(TimeProvider time, Counters counters, ILogger<TriggerQueue> log, string camera = "", PauseSwitch? pause = null)
{
    private readonly List<TriggerQueue> others = [];
    private readonly Channel<Trigger> waiting = Channel.CreateBounded<Trigger>(1);
    private readonly Lock gate = new();
    private long missedSinceLast;
    private bool closed;

    public ChannelReader<Trigger> Reader => waiting.Reader;

    /// <summary>What is offered here is offered there too; called before the first trigger.</summary>
    public void PassOnTo(TriggerQueue other) => others.Add(other);

    /// <summary>Hands a trigger on; never waits. False: it was missed.</summary>
    /// <param name="kind">What asks.</param>
    /// <param name="edgeMonotonicNs">Monotonic time of the edge; null: there is none.</param>
    /// <param name="onlyCamera">Which camera is asked; null: each of them.</param>
    public bool Offer(TriggerKind kind, long? edgeMonotonicNs, string? onlyCamera = null) => Ask(kind, edgeMonotonicNs, onlyCamera).Count > 0;

    /// <summary>As <see cref="Offer"/>; gives the ids of the captures that it leads to, none where it was missed.</summary>
    public IReadOnlyList<Guid> Ask(TriggerKind kind, long? edgeMonotonicNs, string? onlyCamera = null)
    {
        if (pause is { IsOn: true })
        {
            return [];
        }

        List<Guid> taken = [];
        if ((onlyCamera is null || onlyCamera == camera) && OfferHere(kind, edgeMonotonicNs) is { } id)
        {
            taken.Add(id);
        }

        foreach (TriggerQueue other in others)
        {
            taken.AddRange(other.Ask(kind, edgeMonotonicNs, onlyCamera));
        }

        return taken;
    }

    /// <summary>Triggers that cannot be served and that are not offered for this reason.</summary>
    public void Miss(string? onlyCamera = null, long count = 1)
    {
        if (pause is { IsOn: true } || count == 0)
        {
            return;
        }

        if (onlyCamera is null || onlyCamera == camera)
        {
            lock (gate)
            {
                counters.Triggers.Add(count);
                Miss(count);
            }
        }

        foreach (TriggerQueue other in others)
        {
            other.Miss(onlyCamera, count);
        }
    }

    /// <summary>The camera has no more pictures: later triggers do not count as missed.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
        }
    }

    /// <summary>A trigger that was taken but led to no result: it counts as missed.</summary>
    public void GiveBack(Trigger trigger)
    {
        lock (gate)
        {
            missedSinceLast += trigger.MissedBefore;
            Miss(1);
        }
    }

    /// <summary>A trigger that requested nothing: it counts neither as served nor as missed.</summary>
    public void Withdraw(Trigger trigger)
    {
        lock (gate)
        {
            missedSinceLast += trigger.MissedBefore;
            counters.Triggers.Add(-1);
        }
    }

    /// <summary>As <see cref="GiveBack(Trigger)"/>, in the queue of the camera that took the picture.</summary>
    public void GiveBack(Trigger trigger, string ofCamera)
    {
        if (ofCamera == camera)
        {
            GiveBack(trigger);
        }

        foreach (TriggerQueue other in others)
        {
            other.GiveBack(trigger, ofCamera);
        }
    }

    /// <summary>Counts what still waits as missed: the moment it requested has passed.</summary>
    public void GiveBackWaiting()
    {
        while (waiting.Reader.TryRead(out Trigger? trigger))
        {
            GiveBack(trigger);
        }
    }

    private Guid? OfferHere(TriggerKind kind, long? edgeMonotonicNs)
    {
        lock (gate)
        {
            if (closed)
            {
                return null;
            }

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
                return trigger.Id;
            }

            Miss(1);
            return null;
        }
    }

    private void Miss(long count)
    {
        // Once a gap, not once a trigger: a camera that is disconnected for a night must not fill the disk with log.
        if (missedSinceLast == 0)
        {
            LogMissing();
        }

        missedSinceLast += count;
        counters.Missed.Add(count);
    }
}
