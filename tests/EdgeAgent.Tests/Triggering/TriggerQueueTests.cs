using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class TriggerQueueTests
{
    private readonly Counters counters = new();
    private readonly TriggerQueue queue;

    public TriggerQueueTests() => queue = new TriggerQueue(TimeProvider.System, counters, NullLogger<TriggerQueue>.Instance);

    [Fact]
    public void What_comes_while_one_waits_is_missed_and_told_with_the_next_that_is_served()
    {
        Assert.True(queue.Offer(TriggerKind.Gpio, 1));
        Assert.False(queue.Offer(TriggerKind.Gpio, 2));
        Assert.False(queue.Offer(TriggerKind.Schedule, null));
        Assert.Equal(0, Take().MissedBefore);

        Assert.True(queue.Offer(TriggerKind.Gpio, 4));
        Trigger next = Take();
        Assert.Equal((2, 4L), (next.MissedBefore, next.EdgeMonotonicNs));
        Assert.Equal((4, 2), (counters.Triggers.Value, counters.Missed.Value));
    }

    [Fact]
    public void A_trigger_that_led_to_no_picture_counts_with_all_it_carried()
    {
        queue.Offer(TriggerKind.Gpio, 1);
        queue.Offer(TriggerKind.Gpio, 2);
        queue.GiveBack(Take());
        queue.Offer(TriggerKind.Gpio, 3);
        Trigger failed = Take();
        Assert.Equal(2, failed.MissedBefore);

        queue.GiveBack(failed);
        queue.Offer(TriggerKind.Gpio, 4);
        Assert.Equal(3, Take().MissedBefore);
        Assert.Equal(3, counters.Missed.Value);
    }

    [Fact]
    public void What_waited_while_the_camera_was_away_is_missed()
    {
        queue.Offer(TriggerKind.Schedule, null);
        queue.GiveBackWaiting();
        Assert.False(queue.Reader.TryRead(out _));
        queue.Offer(TriggerKind.Schedule, null);
        Assert.Equal(1, Take().MissedBefore);
    }

    [Fact]
    public void A_picture_that_could_not_be_measured_counts_where_it_was_taken()
    {
        TriggerQueue left = new(TimeProvider.System, counters, NullLogger<TriggerQueue>.Instance, "left");
        queue.PassOnTo(left);
        queue.Offer(TriggerKind.Gpio, 1);
        Assert.True(left.Reader.TryRead(out Trigger? unmeasured));
        queue.GiveBack(unmeasured, "left");
        Take();
        queue.Offer(TriggerKind.Gpio, 2);
        Assert.True(left.Reader.TryRead(out Trigger? next));
        Assert.Equal((0, 1, 1), (Take().MissedBefore, next.MissedBefore, counters.Missed.Value));
    }

    private Trigger Take()
    {
        Assert.True(queue.Reader.TryRead(out Trigger? trigger));
        return trigger;
    }
}
