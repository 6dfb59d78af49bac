using System.Device.Gpio;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class GpioTriggerTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly SimulatedGpioDriver driver = new();
    private readonly Counters counters = new();
    private readonly TriggerQueue queue;
    private readonly AlarmBoard alarms;

    public GpioTriggerTests()
    {
        alarms = new AlarmBoard(time, NullLogger<AlarmBoard>.Instance);
        queue = new TriggerQueue(time, counters, NullLogger<TriggerQueue>.Instance);
    }

    public void Dispose() => driver.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pulse_on_the_line_becomes_a_trigger_with_the_time_of_its_edge(bool rising)
    {
        ActiveEdge edge = rising ? ActiveEdge.Rising : ActiveEdge.Falling;
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, Edge = edge, DebounceMs = 2 });
        PinValue active = rising ? PinValue.High : PinValue.Low;
        driver.Drive(17, !active);
        time.Advance(TimeSpan.FromMilliseconds(50));
        long edgeNs = time.MonotonicNs();

        driver.Drive(17, active);
        Assert.False(queue.Reader.TryRead(out _));
        time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.True(queue.Reader.TryRead(out Trigger? seen));
        Assert.Equal((TriggerKind.Gpio, edgeNs), (seen.Kind, seen.EdgeMonotonicNs));
    }

    [Fact]
    public async Task A_spike_on_the_line_is_no_trigger()
    {
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = 2 });
        driver.Drive(17, PinValue.High);
        time.Advance(TimeSpan.FromMilliseconds(1));
        driver.Drive(17, PinValue.Low);
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(0, counters.Triggers.Value);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(1.5, true)]
    [InlineData(2, false)]
    public async Task A_pulse_is_known_when_it_has_lasted_although_the_timer_is_coarse_or_early(double debounceMs, bool coarse)
    {
        OtherTimers early = new(coarse ? due => TimeSpan.FromMilliseconds((long)due.TotalMilliseconds) : due => due / 2);
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = debounceMs }, early);
        driver.Drive(17, PinValue.High);
        for (double passed = 0; passed < Math.Ceiling(debounceMs); passed += 0.5)
        {
            Assert.Equal(0, counters.Triggers.Value);
            early.Advance(TimeSpan.FromMilliseconds(0.5));
        }

        Assert.Equal(1, counters.Triggers.Value);
    }

    [Fact]
    public async Task Nothing_is_heard_of_another_line_or_after_the_stop()
    {
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = 0 });
        driver.Drive(18, PinValue.High);
        await trigger.StopAsync(TestContext.Current.CancellationToken);
        driver.Drive(17, PinValue.High);
        Assert.Equal(0, counters.Triggers.Value);
    }

    [Fact]
    public async Task A_line_that_the_chip_does_not_have_is_a_wrong_setting()
    {
        AgentException wrong = await Assert.ThrowsAsync<AgentException>(() => StartAsync(new GpioOptions { Line = 640 }));
        Assert.Equal(ExitCode.Setting, wrong.ExitCode);
        Assert.StartsWith("triggers.gpio.line: found 640", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_another_program_holds_is_told_and_the_stop_after_it_hides_nothing()
    {
        using HeldDriver held = new();
        using GpioTrigger trigger = new(
            new GpioOptions { Line = 17 }, GpioPort.Of(held), queue, new CameraAlarms(alarms), time, NullLogger<GpioTrigger>.Instance);
        AgentException wrong = await Assert.ThrowsAsync<AgentException>(() => trigger.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Machine, wrong.ExitCode);
        Assert.Contains("no other program uses", wrong.Message, StringComparison.Ordinal);
        await trigger.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_chip_that_goes_away_is_an_alarm_and_a_gap_and_triggers_again_once_it_is_back()
    {
        ChangingChip chip = new(driver);
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = 0, HoldOffMs = 0 }, port: chip.Port);
        chip.Current = null;
        time.Advance(GpioConnection.Interval);
        Assert.Contains("is gone", alarms.Lasting[AlarmCode.GpioLost].Detail, StringComparison.Ordinal);
        Assert.Equal(1, counters.Missed.Value);
        time.Advance(GpioConnection.Interval * 10);
        Assert.Equal(1, counters.Missed.Value);

        using SimulatedGpioDriver another = new();
        chip.Current = another;
        time.Advance(GpioConnection.Interval);
        Assert.Empty(alarms.Lasting);
        another.Drive(17, PinValue.High);
        Assert.True(queue.Reader.TryRead(out Trigger? seen));
        Assert.Equal(1, seen.MissedBefore);
        await trigger.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_chip_that_was_exchanged_between_two_looks_is_opened_anew()
    {
        ChangingChip chip = new(driver);
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = 0, HoldOffMs = 0 }, port: chip.Port);
        using SimulatedGpioDriver another = new();
        chip.Current = another;
        time.Advance(GpioConnection.Interval * 2);
        Assert.Empty(alarms.Lasting);
        another.Drive(17, PinValue.High);
        Assert.True(queue.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_stop_while_the_chip_is_gone_is_a_clean_one()
    {
        ChangingChip chip = new(driver);
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17 }, port: chip.Port);
        chip.Current = null;
        await trigger.StopAsync(TestContext.Current.CancellationToken);
        time.Advance(GpioConnection.Interval);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_active_low_line_turns_the_meaning_of_its_edges(bool rising, bool beginsHigh)
    {
        ActiveEdge edge = rising ? ActiveEdge.Rising : ActiveEdge.Falling;
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, Edge = edge, ActiveLow = true, DebounceMs = 0, HoldOffMs = 0 });
        driver.Drive(17, PinValue.High);
        Assert.Equal(beginsHigh ? 1 : 0, counters.Triggers.Value);
        driver.Drive(17, PinValue.Low);
        Assert.Equal(1, counters.Triggers.Value);
    }

    [Fact]
    public async Task A_pulse_may_ask_for_a_burst_and_one_that_comes_meanwhile_is_missed()
    {
        using GpioTrigger trigger = await StartAsync(new GpioOptions { Line = 17, DebounceMs = 0, HoldOffMs = 0, BurstPictures = 3, BurstEveryMs = 200 });
        time.Advance(TimeSpan.FromMilliseconds(50));
        long edgeNs = time.MonotonicNs();
        for (int picture = 0; picture < 3; picture++)
        {
            driver.Drive(17, picture == 1 ? PinValue.Low : PinValue.High);
            Assert.True(queue.Reader.TryRead(out Trigger? seen));
            Assert.Equal((edgeNs, picture == 2 ? 1 : 0), (seen.EdgeMonotonicNs, seen.MissedBefore));
            Assert.False(queue.Reader.TryRead(out _));
            if (picture == 1)
            {
                driver.Drive(17, PinValue.High);
            }

            time.Advance(TimeSpan.FromMilliseconds(200));
        }

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((4, 1), (counters.Triggers.Value, counters.Missed.Value));
        driver.Drive(17, PinValue.Low);
        driver.Drive(17, PinValue.High);
        Assert.True(queue.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_simulated_line_pulses_at_its_interval()
    {
        TimeSpan interval = TimeSpan.FromSeconds(10), width = TimeSpan.FromMilliseconds(20);
        GpioOptions options = new() { Chip = GpioOptions.SimulatedChip, Line = 4, SimulatedEverySeconds = 10, DebounceMs = 0 };
        CountedTimers clock = new();
        using GpioTrigger trigger = await StartAsync(options, clock);
        using SimulatedPulses pulses = new(options, driver, clock);
        await pulses.StartAsync(TestContext.Current.CancellationToken);
        List<long> expected = [], edges = [];
        for (int pulse = 1; pulse <= 3; pulse++)
        {
            // The clock does not move until the program has done all that is due at this moment.
            await UntilAsync(() => clock.Single(width) == pulse);
            expected.Add(clock.MonotonicNs());
            Assert.True(queue.Reader.TryRead(out Trigger? seen));
            edges.Add(seen.EdgeMonotonicNs!.Value);
            Assert.Equal(PinValue.High, driver.Level(4));

            clock.Advance(width);
            await UntilAsync(() => driver.Level(4) == PinValue.Low);
            clock.Advance(interval - width);
        }

        await pulses.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, edges);
        Assert.Equal(1, clock.Periodic(interval));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private async Task<GpioTrigger> StartAsync(GpioOptions options, FakeTimeProvider? clock = null, GpioPort? port = null)
    {
        GpioTrigger trigger = new(options, port ?? GpioPort.Of(driver), queue, new CameraAlarms(alarms), clock ?? time, NullLogger<GpioTrigger>.Instance);
        await trigger.StartAsync(TestContext.Current.CancellationToken);
        return trigger;
    }

    /// <summary>A clock whose timers do not come when they are due.</summary>
    private sealed class OtherTimers(Func<TimeSpan, TimeSpan> comes) : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new OtherTimer(base.CreateTimer(callback, state, dueTime, period), comes);
    }

    private sealed class OtherTimer(ITimer timer, Func<TimeSpan, TimeSpan> comes) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(comes(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }

    /// <summary>As libgpiod has it: the line opens, and asking for its edges is refused.</summary>
    private sealed class HeldDriver : SimulatedGpioDriver
    {
        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            throw new IOException("Device or resource busy");
    }
}
