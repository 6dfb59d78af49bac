using System.Device.Gpio;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Where a chip is to be found: by what a setting names, now and again later.</summary>
/// <param name="name">The chip and its setting, for messages.</param>
/// <param name="open">Opens the chip that is there now; throws <see cref="AgentException"/> where there is none.</param>
/// <param name="identity">Distinguishes the chip that was opened from one that was plugged in later; null: it is gone.</param>
internal sealed class GpioPort(string name, Func<GpioDriver> open, Func<object?> identity)
{
    /// <param name="chip">Number, path or label, or "simulated".</param>
    /// <param name="setting">Full name of the setting, for messages.</param>
    public static GpioPort Of(string chip, string setting)
    {
        if (chip == GpioOptions.SimulatedChip)
        {
            return Of(new SimulatedGpioDriver());
        }

        string? path = null;
        return new GpioPort(
            $"GPIO chip {chip} ({setting})",
            () =>
            {
                (path, GpioDriver driver) = GpioLine.OpenDriver(chip, setting);
                return driver;
            },
            // The kernel creates the device again each time, and no program writes to it.
            () => File.Exists(path) ? (path, File.GetLastWriteTimeUtc(path)) : null);
    }

    /// <summary>A chip in memory stays.</summary>
    public static GpioPort Of(SimulatedGpioDriver driver) => new("the simulated GPIO chip", () => driver, () => driver);

    /// <exception cref="AgentException">There is no such chip here, or no right to use it.</exception>
    public GpioDriver Open() => open();

    public object? Identity() => identity();

    public override string ToString() => name;
}
