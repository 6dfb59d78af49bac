using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Hosting;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Telemetry;

public sealed class CaptureProgressTests
{
    private readonly Counters counters = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly CaptureProgress progress;

    public CaptureProgressTests() => progress = new CaptureProgress(counters, alarms);

    [Fact]
    public void A_trigger_of_which_nothing_comes_stops_the_pings_until_a_result_does()
    {
        Assert.True(progress.Look());
        counters.Triggers.Increment();
        Assert.False(progress.Look());
        Assert.False(progress.Look());
        counters.Results.Increment();
        Assert.True(progress.Look());
        Assert.True(progress.Look());
    }

    [Fact]
    public void Many_triggers_are_fine_while_results_come_and_so_are_missed_ones()
    {
        counters.Triggers.Add(5);
        for (int result = 0; result < 3; result++)
        {
            counters.Results.Increment();
            Assert.True(progress.Look());
        }

        Assert.False(progress.Look());
        counters.Missed.Add(2);
        Assert.True(progress.Look());
    }

    [Fact]
    public void A_disk_that_refuses_is_no_reason_to_lose_what_is_held_in_memory()
    {
        counters.Triggers.Increment();
        alarms.Raise(AlarmCode.OutboxFailed, AlarmSeverity.Critical, "full");
        Assert.True(progress.Look());
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("x", null, null)]
    [InlineData("4000000", null, 1)]
    [InlineData("4000000", "1", null)]
    public void Pings_come_four_times_as_often_as_systemd_asks_and_only_where_it_does(string? microseconds, string? pid, int? seconds) =>
        Assert.Equal(seconds, Watchdog.Interval(name => name == "WATCHDOG_PID" ? pid : microseconds)?.TotalSeconds);

    [Fact]
    public void The_agent_can_capture_once_every_camera_was_opened()
    {
        CaptureReadiness readiness = new(2);
        readiness.Opened("top");
        readiness.Opened("top");
        Assert.False(readiness.AllOpened.IsCompleted);
        readiness.Opened("left");
        Assert.True(readiness.AllOpened.IsCompleted);
    }
}
