using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Telemetry;

/// <summary>Failures 12 and 14 of the field: a full disk, and a clock that was never set.</summary>
public sealed class MachineWatchTests : IDisposable
{
    private static readonly DateTimeOffset Built = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly AlarmBoard alarms;
    private readonly MachineWatch watch;
    private long? free = 1_000_000_000;

    public MachineWatchTests()
    {
        alarms = new AlarmBoard(time, NullLogger<AlarmBoard>.Instance);
        watch = new MachineWatch(new HealthOptions { DiskFreeMegabytes = 100 }, "/state", () => free, Built, alarms, time);
    }

    public void Dispose() => watch.Dispose();

    [Fact]
    public void A_clock_in_1970_is_an_alarm_until_it_is_set_and_a_jump_of_a_year_is_none()
    {
        watch.Look();
        Assert.Contains("before this program was built (2026-11-01)", alarms.Lasting[AlarmCode.ClockUnset].Detail, StringComparison.Ordinal);
        time.SetUtcNow(Built.AddDays(400));
        watch.Look();
        Assert.Empty(alarms.Lasting);
        time.AdjustTime(time.GetUtcNow().AddYears(1));
        watch.Look();
        Assert.Empty(alarms.Lasting);
        time.AdjustTime(time.GetUtcNow().AddYears(-3));
        watch.Look();
        Assert.Equal([AlarmCode.ClockUnset], alarms.Lasting.Keys);
    }

    [Fact]
    public void Little_room_is_an_alarm_that_does_not_come_and_go_at_the_limit()
    {
        time.SetUtcNow(Built);
        free = 99_000_000;
        watch.Look();
        Assert.Contains("health.diskFreeMegabytes", alarms.Lasting[AlarmCode.DiskLow].Detail, StringComparison.Ordinal);
        free = 110_000_000;
        watch.Look();
        Assert.Contains(AlarmCode.DiskLow, alarms.Lasting.Keys);
        free = null;
        watch.Look();
        Assert.Contains(AlarmCode.DiskLow, alarms.Lasting.Keys);
        free = 121_000_000;
        watch.Look();
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public async Task It_looks_at_the_start_and_every_minute()
    {
        await watch.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => alarms.Lasting.ContainsKey(AlarmCode.ClockUnset), TimeSpan.FromSeconds(60)));
        time.AdjustTime(Built);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return alarms.Lasting.Count == 0;
            },
            TimeSpan.FromSeconds(60)));
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }
}
