using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class GpioChipTests
{
    private static readonly GpioChip[] Chips =
    [
        new(0, "tegra234-gpio", ["PA.00", "", "PAC.06", "twice", "twice"], [null, "gpiomon", null, null, null]),
        new(1, "tegra234-gpio-aon", [], []),
    ];

    [Theory]
    [InlineData("1")]
    [InlineData("gpiochip1")]
    [InlineData("/dev/gpiochip1")]
    [InlineData("tegra234-gpio-aon")]
    public void A_chip_is_found_by_number_path_or_label(string chip) => Assert.Equal(1, GpioChip.Find(chip, Chips, []).Number);

    [Theory]
    [InlineData("2")]
    [InlineData("tegra")]
    public void For_a_missing_chip_the_present_ones_are_named(string chip)
    {
        IOException wrong = Assert.Throws<IOException>(() => GpioChip.Find(chip, Chips, []));
        Assert.Contains("/dev/gpiochip0 \"tegra234-gpio\", /dev/gpiochip1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_found_by_its_name() => Assert.Equal(2, Chips[0].LineNamed("PAC.06"));

    [Fact]
    public void A_name_that_no_line_or_more_than_one_has_is_reported()
    {
        Assert.Contains("PA.00, PAC.06", Assert.Throws<IOException>(() => Chips[0].LineNamed("PB.01")).Message, StringComparison.Ordinal);
        Assert.Contains("lines 3, 4", Assert.Throws<IOException>(() => Chips[0].LineNamed("twice")).Message, StringComparison.Ordinal);
        Assert.Contains("none", Assert.Throws<IOException>(() => Chips[1].LineNamed("PB.01")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_name_that_the_chip_does_not_have_is_a_wrong_setting_with_its_full_name()
    {
        AgentException wrong = Assert.Throws<AgentException>(() => GpioLine.Offset(Chips[0], "PB.01", "triggers.gpio.lineName"));
        Assert.Equal(ExitCode.Setting, wrong.ExitCode);
        Assert.StartsWith("triggers.gpio.lineName: found \"PB.01\"", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(7, GpioLine.Offset("no-such-chip", 7, null, "triggers.gpio.lineName"));
    }

    [Fact]
    public void A_chip_that_is_not_there_may_come_so_the_supervisor_starts_the_agent_again()
    {
        AgentException driver = Assert.Throws<AgentException>(() => GpioLine.OpenDriver("no-such-chip", "triggers.gpio.chip"));
        AgentException line = Assert.Throws<AgentException>(() => GpioLine.Offset("no-such-chip", 0, "PAC.06", "triggers.gpio.lineName"));
        Assert.Equal((ExitCode.Machine, ExitCode.Machine), (driver.ExitCode, line.ExitCode));
        Assert.StartsWith("triggers.gpio.chip: found \"no-such-chip\"", driver.Message, StringComparison.Ordinal);
        Assert.Contains("group gpio", driver.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(IOException), ExitCode.Machine)]
    [InlineData(typeof(GpiodException), ExitCode.Machine)]
    [InlineData(typeof(InvalidOperationException), ExitCode.Setting)]
    [InlineData(typeof(ArgumentException), ExitCode.Setting)]
    internal void A_line_in_use_may_come_free_and_one_that_cannot_be_used_so_stays_wrong(Type cause, ExitCode expected)
    {
        using GpioController controller = new(new SimulatedGpioDriver());
        AgentException wrong = Assert.Throws<AgentException>(() => GpioLine.Open(
            controller, "0", 7, "triggers.gpio.line", () => throw (Exception)Activator.CreateInstance(cause, "busy")!));
        Assert.Equal(expected, wrong.ExitCode);
        Assert.StartsWith("triggers.gpio.line: found 7", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("busy", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "/dev/gpiochip2")]
    [InlineData("usb-expander", "/dev/gpiochip2")]
    public void A_chip_that_this_user_may_not_open_is_a_matter_of_rights_also_where_a_label_names_it(string chip, string device)
    {
        IOException wrong = Assert.Throws<IOException>(() => GpioChip.Find(chip, Chips, ["/dev/gpiochip2"]));
        Assert.StartsWith($"permission denied: {device}", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("group", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_chip_says_so() =>
        Assert.Contains("no GPIO chip", Assert.Throws<IOException>(() => GpioChip.Find("0", [], [])).Message, StringComparison.Ordinal);
}
