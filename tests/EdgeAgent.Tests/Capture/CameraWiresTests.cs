using System.Device.Gpio;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Triggering;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class CameraWiresTests : IDisposable
{
    private readonly SimulatedGpioDriver driver = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly List<(int Line, PinValue Level, long AtNs)> seen = [];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => driver.Dispose();

    [Fact]
    public void Pulses_become_changes_in_the_order_of_time_with_the_rest_level_of_each_line()
    {
        Pulse trigger = new(1, ActiveLow: false, DelayMs: 2, WidthMs: 10);
        Pulse strobe = new(2, ActiveLow: true, DelayMs: 1, WidthMs: 5);
        Assert.Equal(
            [new(1_000_000, 2, false), new(2_000_000, 1, true), new(6_000_000, 2, true), new(12_000_000, 1, false)],
            Pulse.Changes([trigger, strobe]));
    }

    [Fact]
    public async Task The_light_is_on_before_the_camera_is_fired_each_pulse_lasts_at_least_its_width_and_all_rests_after()
    {
        using CameraWires wires = Wires(new CameraWiresOptions
        {
            Strobe = new PulseOptions { Line = 2, ActiveLow = true, DelayMs = 1, WidthMs = 6 },
            Trigger = new PulseOptions { Line = 1, DelayMs = 3, WidthMs = 2 },
        });
        Assert.Equal((PinValue.Low, PinValue.High), (driver.Level(1), driver.Level(2)));
        Watch(1);
        Watch(2);
        long begin = TimeProvider.System.MonotonicNs();
        Assert.Equal(new Fired(true, null), await wires.FireAsync(Now));
        Assert.Equal(
            [(2, PinValue.Low), (1, PinValue.High), (1, PinValue.Low), (2, PinValue.High)],
            seen.Select(s => (s.Line, s.Level)));
        Assert.All(seen.Zip((long[])[1, 3, 5, 7]), pair => Assert.True(pair.First.AtNs - begin >= pair.Second * 1_000_000));
    }

    [Fact]
    public async Task The_cameras_answer_bears_its_time_and_an_old_one_proves_nothing()
    {
        using CameraWires wires = Wires(new CameraWiresOptions
        {
            Trigger = new PulseOptions { Line = 1, WidthMs = 1 },
            ExposureActive = new ReadBackOptions { Line = 3, ActiveLow = true, WithinMs = 1 },
        });
        driver.Drive(3, PinValue.High);
        driver.Drive(3, PinValue.Low);
        Assert.Equal(new Fired(true, null), await wires.FireAsync(Now));

        // The camera exposes as soon as it is fired: its line goes low.
        driver.Drive(3, PinValue.High);
        Watch(1, level => driver.Drive(3, level == PinValue.High ? PinValue.Low : PinValue.High));
        long begin = TimeProvider.System.MonotonicNs();
        Assert.InRange((await wires.FireAsync(Now)).ExposedMonotonicNs!.Value, begin, TimeProvider.System.MonotonicNs());
    }

    [Fact]
    public async Task Pulses_into_a_chip_that_is_gone_were_not_sent_and_are_again_once_it_is_back()
    {
        ChangingChip chip = new(driver);
        CameraWiresOptions options = new() { Trigger = new PulseOptions { Line = 1, WidthMs = 1 }, Strobe = new PulseOptions { Line = 2, ActiveLow = true, WidthMs = 1 } };
        using (CameraWires wires = new(options, "camera.wires", chip.Port, new CameraAlarms(alarms), TimeProvider.System))
        {
            chip.Current = null;
            Assert.Equal(new Fired(false, null), await wires.FireAsync(Now));
            Assert.Contains("camera.wires: GPIO chip expander is gone", alarms.Lasting[AlarmCode.GpioLost].Detail, StringComparison.Ordinal);

            using SimulatedGpioDriver another = new();
            chip.Current = another;
            Assert.Equal(new Fired(true, null), await wires.FireAsync(Now));
            Assert.Equal(PinValue.High, another.Level(2));
            Assert.Empty(alarms.Lasting);
            chip.Current = null;
        }
    }

    [Fact]
    public async Task A_chip_that_goes_away_in_the_middle_of_a_pulse_has_not_sent_it()
    {
        ChangingChip chip = new(driver);
        using CameraWires wires = new(
            new CameraWiresOptions { Trigger = new PulseOptions { Line = 1, WidthMs = 1 } }, "camera.wires", chip.Port, new CameraAlarms(alarms), TimeProvider.System);
        driver.Follow(1, _ => chip.Current = null);
        Assert.False((await wires.FireAsync(Now)).Sent);
    }

    [Fact]
    public void A_line_that_is_not_there_or_used_twice_is_a_wrong_setting_with_its_full_name()
    {
        Assert.StartsWith("camera.wires.trigger.line: found 640", Wrong(new CameraWiresOptions { Trigger = new PulseOptions { Line = 640 } }), StringComparison.Ordinal);
        Assert.StartsWith("camera.wires.exposureActive.line: found 1", Wrong(new CameraWiresOptions
        {
            Trigger = new PulseOptions { Line = 1 },
            ExposureActive = new ReadBackOptions { Line = 1 },
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_without_an_output_or_out_of_range_are_reported()
    {
        Assert.Equal(["w"], new CameraWiresOptions().Problems("w").Select(p => p.Setting).Distinct());
        Assert.Equal(
            ["w.trigger.delayMs", "w.strobe.widthMs", "w.exposureActive.withinMs", "w.strobe.line"],
            new CameraWiresOptions
            {
                Trigger = new PulseOptions { DelayMs = -1 },
                Strobe = new PulseOptions { WidthMs = 0 },
                ExposureActive = new ReadBackOptions { Line = 5, WithinMs = 0 },
            }.Problems("w").Select(p => p.Setting));
    }

    private string Wrong(CameraWiresOptions options)
    {
        using SimulatedGpioDriver chip = new();
        AgentException wrong = Assert.Throws<AgentException>(() => new CameraWires(options, "camera.wires", GpioPort.Of(chip), new CameraAlarms(alarms), TimeProvider.System));
        Assert.Equal(ExitCode.Setting, wrong.ExitCode);
        return wrong.Message;
    }

    private CameraWires Wires(CameraWiresOptions options) => new(options, "camera.wires", GpioPort.Of(driver), new CameraAlarms(alarms), TimeProvider.System);

    private void Watch(int line, Action<PinValue>? then = null) => driver.Follow(line, level =>
    {
        seen.Add((line, level, TimeProvider.System.MonotonicNs()));
        then?.Invoke(level);
    });
}
