using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Finds the driver of the chip that the settings name.</summary>
internal static class GpioLine
{
    /// <exception cref="AgentException">There is no such chip here, or no right to use it.</exception>
    public static GpioDriver OpenDriver(GpioOptions options)
    {
        if (options.IsSimulated)
            return new SimulatedGpioDriver();

        try
        {
            return new LibGpiodDriver(ChipNumber(options.Chip));
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException)
        {
            throw new AgentException(ExitCode.Setting,
                "triggers.gpio.chip: libgpiod, which drives GPIO lines, is not installed; "
                + "install it (apt-get install libgpiod2) or set \"simulated\"", e);
        }
        catch (Exception e) when (e is GpiodException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Setting,
                $"triggers.gpio.chip: found \"{options.Chip}\", which does not open ({e.Message}); expected {ChipsHere()} "
                + "and the right to use it (group gpio), or \"simulated\"", e);
        }
    }

    /// <summary>"3", "gpiochip3" and "/dev/gpiochip3" are chip 3; anything else is a label.</summary>
    internal static int ChipNumber(string chip)
    {
        string name = Path.GetFileName(chip);
        string digits = name.StartsWith("gpiochip", StringComparison.Ordinal) ? name["gpiochip".Length..] : name;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number;

        return LibGpiodDriver.GetAvailableChips().FirstOrDefault(c => c.Label == chip || c.Name == chip)?.Id
            ?? throw new IOException("no chip with this label");
    }

    private static string ChipsHere()
    {
        string[] chips = Directory.GetFiles("/dev", "gpiochip*");
        return chips.Length == 0 ? "a GPIO chip, of which this machine has none," : $"one of {string.Join(", ", chips)}";
    }
}
