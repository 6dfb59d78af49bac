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
    [InlineData("4000000", null, 4)]
    [InlineData("4000000", "1", null)]
    public void Pings_come_only_where_systemd_asks_this_process(string? microseconds, string? pid, int? seconds) =>
        Assert.Equal(seconds, Watchdog.TimeOf(name => name == "WATCHDOG_PID" ? pid : microseconds)?.TotalSeconds);

    [Fact]
    public void The_watchdogs_time_covers_what_the_settings_let_a_camera_take()
    {
        CameraOptions device = new() { Device = new CameraDeviceOptions { DeadlineSeconds = 10 }, RetryLongestSeconds = 3600, ReadAgain = 2 };
        Assert.Equal(2 * (3600 + 30), Watchdog.Needed([new CameraOptions { Folder = new PictureFolderOptions() }, device]).TotalSeconds);
        Assert.Equal(TimeSpan.Zero, Watchdog.Needed([new CameraOptions { Folder = new PictureFolderOptions() }]));
    }

    [Fact]
    public void A_camera_that_is_away_stops_no_pings_while_it_is_tried_again()
    {
        counters.Triggers.Increment();
        Assert.False(progress.Look());
        counters.FrameErrors.Increment();
        Assert.True(progress.Look());
        Assert.False(progress.Look());
    }

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
