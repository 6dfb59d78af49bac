using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Machine;

/// <summary>Failure 15 of the field: heat. The kernel's files lie in a folder.</summary>
public sealed class MachineHeatTests : IDisposable
{
    private readonly TemporaryFolder sysfs = new();
    private readonly MachineHeat heat;

    public MachineHeatTests() => heat = new MachineHeat(sysfs.Path);

    public void Dispose() => sysfs.Dispose();

    [Fact]
    public void A_machine_that_tells_nothing_of_heat_is_not_said_to_be_cool() => Assert.Equal((null, null), (heat.HottestC(), heat.IsThrottled()));

    [Fact]
    public void The_hottest_zone_counts_and_one_that_is_switched_off_does_not()
    {
        Write("class/thermal/thermal_zone0/temp", "41500");
        Write("class/thermal/thermal_zone1/temp", "63000");
        Write("class/thermal/thermal_zone2/temp", "not available");
        Assert.Equal(63, heat.HottestC());
    }

    [Theory]
    [InlineData("thermal-cpufreq-0")]
    [InlineData("cpufreq-cpu0")]
    [InlineData("Processor")]
    [InlineData("devfreq-17000000.gpu")]
    [InlineData("gpu-throttle-alert")]
    public void A_processor_or_gpu_that_is_slowed_down_is_throttled(string type)
    {
        Cooling(0, type, "0");
        Assert.False(heat.IsThrottled());
        Cooling(1, type, "2");
        Assert.True(heat.IsThrottled());
    }

    [Theory]
    [InlineData("pwm-fan")]
    [InlineData("cpu-fan")]
    [InlineData("Fan")]
    [InlineData("TCC Offset")]
    [InlineData("iwlwifi_1")]
    public void A_fan_that_turns_slows_nothing_down(string type)
    {
        Cooling(0, type, "3");
        Assert.Null(heat.IsThrottled());
        Cooling(1, "cpufreq-cpu0", "0");
        Assert.False(heat.IsThrottled());
    }

    [Fact]
    public void A_cooling_device_that_does_not_answer_tells_nothing()
    {
        Write("class/thermal/cooling_device0/type", "cpufreq-cpu0");
        Assert.Null(heat.IsThrottled());
    }

    [Theory]
    [InlineData("soc/soc:firmware", "0", false)]
    [InlineData("soc/soc:firmware", "50005", true)]
    [InlineData("soc/soc:firmware", "50000", false)]
    [InlineData("soc@107c000000/soc@107c000000:firmware", "8", true)]
    public void The_firmware_of_a_raspberry_pi_is_asked_for_this_moment_not_for_what_was(string firmware, string bits, bool expected)
    {
        Write($"devices/platform/{firmware}/get_throttled", bits);
        Assert.Equal(expected, heat.IsThrottled());
    }

    [Fact]
    public void Health_tells_it()
    {
        Cooling(0, "cpufreq-cpu0", "1");
        Write("class/thermal/thermal_zone0/temp", "85000");
        using OutboxStore outbox = OutboxStore.Open(sysfs.Path, new OutboxLimit(1_000_000, 0));
        RigHealth health = new HealthReport(new MachineBoot("1"), new SystemClock(), outbox, new Counters(), new AlarmBoard(TimeProvider.System, NullLogger<AlarmBoard>.Instance),
            sysfs.Path, TimeProvider.System, heat: heat).Now();
        Assert.Equal((85.0, true), (health.TemperatureC, health.Throttled));
    }

    private void Cooling(int number, string type, string state)
    {
        Write($"class/thermal/cooling_device{number}/type", type);
        Write($"class/thermal/cooling_device{number}/cur_state", state);
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(sysfs.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
