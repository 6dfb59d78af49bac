using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Doctor;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Doctor;

public sealed class RigChecksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_gpu_that_was_refused_is_ill_and_the_units_devices_are_among_what_to_look_at()
    {
        string path = TinyModel.Write(TinyModel.Build(), folder.Path);
        using LeafModel model = LeafModel.Open(path, new LeafModelOptions { Providers = [ExecutionProvider.Cuda, ExecutionProvider.Cpu] });
        RigCheck check = RigChecks.Provider(ExecutionProvider.Cuda, model);
        Assert.False(check.Ok);
        Assert.Contains("CUDA cannot be used", check.Found, StringComparison.Ordinal);
        Assert.Contains("DeviceAllow", check.ToDo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null, false, true, "line 0 of /dev/gpiochip0 \"tegra234-gpio\", named \"PA.00\"")]
    [InlineData(1, null, false, false, "in use by \"gpiomon\"")]
    [InlineData(1, null, true, true, "line 1 of")]
    [InlineData(0, "PAC.06", false, true, "line 2 of")]
    [InlineData(0, "PB.01", false, false, "found \"PB.01\"")]
    [InlineData(3, null, false, false, "which has lines 0 to 2")]
    public void A_line_that_is_held_or_does_not_exist_is_ill(int line, string? name, bool isOurs, bool ok, string found)
    {
        GpioChip chip = new(0, "tegra234-gpio", ["PA.00", "", "PAC.06"], [null, "gpiomon", null]);
        RigCheck check = RigChecks.Line(new("triggers.gpio.line", "0", line, name), _ => chip, isOurs);
        Assert.Equal(ok, check.Ok);
        Assert.Contains(found, check.Found, StringComparison.Ordinal);
    }
}
