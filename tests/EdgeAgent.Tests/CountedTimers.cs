using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests;

/// <summary>A clock that a test moves, and that says which timers have been set: a test can wait for one before it goes on.</summary>
internal sealed class CountedTimers : FakeTimeProvider
{
    private readonly ConcurrentQueue<(TimeSpan Due, TimeSpan Period)> timers = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Enqueue((dueTime, period));
        return timer;
    }

    /// <summary>How many timers have been set that are due once, after so long.</summary>
    public int Single(TimeSpan due) => timers.Count(timer => timer == (due, Timeout.InfiniteTimeSpan));

    /// <summary>How many timers have been set that go off again and again.</summary>
    public int Periodic(TimeSpan period) => timers.Count(timer => timer == (period, period));
}
