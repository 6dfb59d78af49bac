using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class ScheduleTriggerTests
{
    private readonly FakeTimeProvider time = new(Utc("2026-11-23T05:00Z"));
    private readonly Counters counters = new();
    private readonly TriggerQueue queue;

    public ScheduleTriggerTests() => queue = new TriggerQueue(time, counters, NullLogger<TriggerQueue>.Instance);

    [Fact]
    public async Task It_asks_at_the_start_and_then_once_an_interval()
    {
        using ScheduleTrigger schedule = await StartAsync(new ScheduleOptions { EverySeconds = 600 });
        for (int expected = 1; expected <= 4; expected++)
        {
            Assert.True(SpinWait.SpinUntil(() => counters.Triggers.Value == expected, TimeSpan.FromSeconds(10)));
            time.Advance(TimeSpan.FromSeconds(599));
            Assert.Equal(expected, counters.Triggers.Value);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_asks_at_each_time_of_day_and_not_before()
    {
        using ScheduleTrigger schedule = await StartAsync(At("06:30", "06:40"));
        PassUntil(Utc("2026-11-23T06:29:59Z"));
        Assert.Equal(0, counters.Triggers.Value);
        PassUntil(Utc("2026-11-23T06:31Z"), triggers: 1);
        Assert.True(queue.Reader.TryRead(out Trigger? trigger));
        Assert.Equal((TriggerKind.Schedule, 0L), (trigger.Kind, trigger.MissedBefore));
        PassUntil(Utc("2026-11-23T06:41Z"), triggers: 2);
        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_clock_that_jumps_over_a_time_of_day_gives_no_late_picture_but_a_missed_one()
    {
        using ScheduleTrigger schedule = await StartAsync(At("06:30"));
        PassUntil(Utc("2026-11-23T05:02Z"));
        PassUntil(time.GetUtcNow().AddYears(1), triggers: 1, step: TimeSpan.FromDays(365));
        Assert.Equal(1, counters.Missed.Value);
        Assert.False(queue.Reader.TryRead(out _));
        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_was_due_since_the_last_capture_of_an_earlier_run_is_missed_and_told_with_the_next()
    {
        using ScheduleTrigger schedule = await StartAsync(At("06:30", "12:00", "18:00"), lastCapture: Utc("2026-11-22T07:00Z"));
        PassUntil(Utc("2026-11-23T06:29:59Z"), triggers: 2);
        Assert.Equal(2, counters.Missed.Value);
        PassUntil(Utc("2026-11-23T06:31Z"), triggers: 3);
        Assert.True(queue.Reader.TryRead(out Trigger? trigger));
        Assert.Equal(2, trigger.MissedBefore);
        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_time_that_a_restart_fell_upon_is_served_when_it_is_not_too_late()
    {
        using ScheduleTrigger schedule = await StartAsync(At("04:57"), lastCapture: Utc("2026-11-22T04:57:01Z"));
        Assert.True(SpinWait.SpinUntil(() => counters.Triggers.Value == 1, TimeSpan.FromSeconds(20)));
        Assert.Equal(0, counters.Missed.Value);
        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("2026-11-23T04:25Z", 3)]
    [InlineData("2026-11-23T04:55Z", 0)]
    [InlineData("2027-11-23T04:55Z", 0)]
    [InlineData("1970-01-01T00:01Z", 0)]
    public async Task Intervals_since_the_last_capture_are_missed_unless_the_clock_cannot_be_right(string lastCapture, long missed)
    {
        using ScheduleTrigger schedule = await StartAsync(new ScheduleOptions { EverySeconds = 600 }, Utc(lastCapture));
        Assert.True(SpinWait.SpinUntil(() => counters.Triggers.Value == missed + 1, TimeSpan.FromSeconds(20)));
        Assert.Equal(missed, counters.Missed.Value);
        Assert.True(queue.Reader.TryRead(out Trigger? first));
        Assert.Equal(missed, first.MissedBefore);
        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_any_time_or_with_an_impossible_one_the_settings_are_wrong()
    {
        Assert.Equal(["triggers.schedule"], Wrong(new ScheduleOptions()));
        Assert.Equal(
            ["triggers.schedule.at[1]", "triggers.schedule.timeZone"],
            Wrong(new ScheduleOptions { At = ["06:30", "25:00"], TimeZone = "Europe/Gent" }));
        Assert.Empty(Wrong(At("06:30")));
    }

    private static IEnumerable<string> Wrong(ScheduleOptions options) => options.Problems("triggers.schedule").Select(p => p.Setting);

    private static ScheduleOptions At(params string[] times) => new() { At = times, TimeZone = "UTC" };

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private async Task<ScheduleTrigger> StartAsync(ScheduleOptions options, DateTimeOffset? lastCapture = null)
    {
        ScheduleTrigger schedule = new(options, queue, time, NullLogger<ScheduleTrigger>.Instance, lastCapture);
        await schedule.StartAsync(TestContext.Current.CancellationToken);
        return schedule;
    }

    /// <summary>Moves the clock by steps: a timer that another thread has not set yet fires on a later step.</summary>
    private void PassUntil(DateTimeOffset end, long triggers = 0, TimeSpan? step = null)
    {
        while (time.GetUtcNow() < end)
        {
            TimeSpan left = end - time.GetUtcNow();
            TimeSpan next = step ?? TimeSpan.FromSeconds(10);
            time.Advance(next < left ? next : left);
#pragma warning disable RS0030 // the loop under test runs on another thread, on real time
            Thread.Sleep(1);
#pragma warning restore RS0030
        }

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                if (counters.Triggers.Value < triggers)
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                }

#pragma warning disable RS0030 // as above
                Thread.Sleep(1);
#pragma warning restore RS0030
                return counters.Triggers.Value >= triggers;
            },
            TimeSpan.FromSeconds(20)));
        Assert.Equal(triggers, counters.Triggers.Value);
    }
}
