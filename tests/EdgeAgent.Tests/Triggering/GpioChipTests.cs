using LeafSeg.EdgeAgent.Commands;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

public sealed class GpioChipTests
{
    private static readonly GpioChip[] Chips =
    [
        new(0, "tegra234-gpio", ["PA.00", "", "PAC.06", "twice", "twice"]),
        new(1, "tegra234-gpio-aon", []),
    ];

    [Theory]
    [InlineData("1")]
    [InlineData("gpiochip1")]
    [InlineData("/dev/gpiochip1")]
    [InlineData("tegra234-gpio-aon")]
    public void A_chip_is_found_by_number_path_or_label(string chip) => Assert.Equal(1, GpioChip.Find(chip, Chips).Number);

    [Theory]
    [InlineData("2")]
    [InlineData("tegra")]
    public void For_a_chip_that_is_not_there_those_that_are_get_told(string chip)
    {
        IOException wrong = Assert.Throws<IOException>(() => GpioChip.Find(chip, Chips));
        Assert.Contains("/dev/gpiochip0 \"tegra234-gpio\", /dev/gpiochip1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_found_by_its_name() => Assert.Equal(2, Chips[0].LineNamed("PAC.06"));

    [Fact]
    public void A_name_that_no_line_or_more_than_one_has_is_told()
    {
        Assert.Contains("PA.00, PAC.06", Assert.Throws<IOException>(() => Chips[0].LineNamed("PB.01")).Message, StringComparison.Ordinal);
        Assert.Contains("lines 3, 4", Assert.Throws<IOException>(() => Chips[0].LineNamed("twice")).Message, StringComparison.Ordinal);
        Assert.Contains("none", Assert.Throws<IOException>(() => Chips[1].LineNamed("PB.01")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_cannot_be_found_is_a_wrong_setting_with_its_full_name()
    {
        AgentException wrong = Assert.Throws<AgentException>(() => GpioLine.Offset("no-such-chip", 0, "PAC.06", "triggers.gpio.lineName"));
        Assert.Equal(ExitCode.Setting, wrong.ExitCode);
        Assert.StartsWith("triggers.gpio.lineName: found \"PAC.06\"", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(7, GpioLine.Offset("no-such-chip", 7, null, "triggers.gpio.lineName"));
    }

    [Fact]
    public void The_kernels_own_chips_can_be_asked() =>
        Assert.Equal(GpioChip.All().Select(c => c.Number).Distinct(), GpioChip.All().Select(c => c.Number));
}
