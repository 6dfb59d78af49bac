using System.Globalization;
using System.IO.Enumeration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EndToEnd;

namespace LeafSeg.EdgeAgent.Tests.Hosting;

/// <summary>What systemd/leafseg-agent.service promises.</summary>
public sealed class SystemdUnitTests
{
    private static readonly string[] Unit = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "leafseg-agent.service"));

    [Fact]
    public void The_agent_is_started_again_unless_a_person_must_mend_something()
    {
        IEnumerable<ExitCode> final = Values("RestartPreventExitStatus").Single().Split(' ').Select(code => (ExitCode)int.Parse(code, CultureInfo.InvariantCulture));
        Assert.Equal([ExitCode.Usage, ExitCode.Setting, ExitCode.Model], final);
        Assert.Equal(["always"], Values("Restart"));
    }

    [Theory]
    [InlineData("char-video4linux")]
    [InlineData("char-gpiochip")]
    [InlineData("char-nvidia")]
    [InlineData("char-nvidia-frontend")]
    [InlineData("char-nvidiactl")]
    [InlineData("char-nvidia-uvm")]
    [InlineData("char-nvhost")]
    [InlineData("char-host1x-fence")]
    [InlineData("char-17000000.gpu")]
    [InlineData("char-17000000.ga10b")]
    [InlineData("char-17000000.gv11b")]
    [InlineData("char-drm")]
    [InlineData("/dev/nvmap")]
    public void The_camera_the_lines_and_the_gpu_of_a_card_or_a_jetson_can_be_reached(string device) => Assert.True(IsAllowed(device));

    [Theory]
    [InlineData("char-mem")]
    [InlineData("char-misc")]
    [InlineData("char-input")]
    [InlineData("char-hidraw")]
    [InlineData("char-tty")]
    [InlineData("char-watchdog")]
    [InlineData("block-sd")]
    [InlineData("block-mmc")]
    public void Other_devices_stay_closed(string device)
    {
        Assert.Equal(["closed"], Values("DevicePolicy"));
        Assert.False(IsAllowed(device));
    }

    /// <summary>The unit says what is left, and why.</summary>
    [Fact]
    public async Task The_services_exposure_is_at_most_two()
    {
        using ChildProcess analyze = new(
            "systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold=20", Path.Combine(AppContext.BaseDirectory, "leafseg-agent.service"));
        int code = await analyze.ExitCodeAsync();
        Assert.True(code == 0, string.Join('\n', analyze.Output) + analyze.Errors);
    }

    [Fact]
    public void The_agent_is_started_again_without_end_and_nothing_is_reported_to_the_maker_of_a_library()
    {
        Assert.Equal(["0"], Values("StartLimitIntervalSec"));
        Assert.Contains("ORT_DISABLE_TELEMETRY=1", Values("Environment"));
    }

    /// <summary>As the soak of the end-to-end tests runs it.</summary>
    [Fact]
    public void Threads_share_two_heaps() => Assert.Contains("MALLOC_ARENA_MAX=2", Values("Environment"));

    [Theory]
    [InlineData("adjtimex")]
    [InlineData("clock_adjtime")]
    public void The_clock_may_be_read_whichever_call_the_libc_makes(string call) => Assert.Contains(call, Values("SystemCallFilter").Single().Split(' '));

    /// <summary>The agent has a /tmp of its own, in which the socket of the camera's service would not be.</summary>
    [Fact]
    public void The_csi_camera_of_a_jetson_can_be_asked() => Assert.Contains("-/tmp/argus_socket", Values("BindPaths"));

    private static bool IsAllowed(string device) =>
        Values("DeviceAllow").Any(allowed => FileSystemName.MatchesSimpleExpression(allowed.Split(' ')[0], device));

    private static IEnumerable<string> Values(string key) =>
        Unit.Where(line => line.StartsWith($"{key}=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..]);
}
