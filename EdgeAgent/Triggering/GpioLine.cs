using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Finds the chip and the line that the settings name.</summary>
internal static class GpioLine
{
    /// <param name="chip">Number, path or label, or "simulated".</param>
    /// <param name="setting">Full name of the setting that says so.</param>
    /// <exception cref="AgentException">There is no such chip here, or no right to use it.</exception>
    public static GpioDriver OpenDriver(string chip, string setting)
    {
        if (chip == GpioOptions.SimulatedChip)
            return new SimulatedGpioDriver();

        try
        {
            return new LibGpiodDriver(GpioChip.NumberIn(chip) ?? GpioChip.Find(chip, GpioChip.All()).Number);
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException)
        {
            throw new AgentException(ExitCode.Setting,
                $"{setting}: libgpiod, which drives GPIO lines, is not installed; "
                + "install it (apt-get install libgpiod2) or set \"simulated\"", e);
        }
        catch (Exception e) when (e is GpiodException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Setting,
                $"{setting}: found \"{chip}\", which does not open ({e.Message}); expected {ChipsHere()} "
                + "and the right to use it (group gpio), or \"simulated\"", e);
        }
    }

    /// <summary>The offset of the line that a name or a number stands for.</summary>
    /// <param name="chip">Number, path or label.</param>
    /// <param name="line">Counts where there is no name.</param>
    /// <param name="name">The line's name; null: there is none.</param>
    /// <param name="setting">Full name of the setting that holds the name.</param>
    /// <exception cref="AgentException">The chip has no such line.</exception>
    public static int Offset(string chip, int line, string? name, string setting)
    {
        if (name is null)
            return line;
        try
        {
            return GpioChip.Find(chip, GpioChip.All()).LineNamed(name);
        }
        catch (IOException e)
        {
            throw new AgentException(ExitCode.Setting,
                $"{setting}: found \"{name}\", which chip {chip} does not have ({e.Message}); "
                + "expected the name that gpioinfo shows, or null and the line's number", e);
        }
    }

    private static string ChipsHere()
    {
        string[] chips = Directory.GetFiles("/dev", "gpiochip*");
        return chips.Length == 0 ? "a GPIO chip, of which this machine has none," : $"one of {string.Join(", ", chips)}";
    }
}
