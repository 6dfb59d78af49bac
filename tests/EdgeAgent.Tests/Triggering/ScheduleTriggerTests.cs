using LeafSeg.EdgeAgent.Health;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class ScheduleTriggerTests
{
    [Fact]
    public async Task It_asks_at_the_start_and_then_once_an_interval()
    {
        FakeTimeProvider time = new();
        Counters counters = new();
        TriggerQueue queue = new(time, counters, NullLogger<TriggerQueue>.Instance);
        using ScheduleTrigger schedule = new(new ScheduleOptions { EverySeconds = 600 }, queue, time, NullLogger<ScheduleTrigger>.Instance);
        await schedule.StartAsync(TestContext.Current.CancellationToken);
        for (int expected = 1; expected <= 4; expected++)
        {
            Assert.True(SpinWait.SpinUntil(() => counters.Triggers.Value == expected, TimeSpan.FromSeconds(10)));
            time.Advance(TimeSpan.FromSeconds(599));
            Assert.Equal(expected, counters.Triggers.Value);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }
}
