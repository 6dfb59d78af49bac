using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Runtime.InteropServices;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// Finds and opens the chip and the line that the settings name. A chip that is not there yet, may not be used yet, or has
/// a line in use may mend itself, unlike a line that the chip does not have: their exit codes differ.
/// </summary>
internal static class GpioLine
{
    /// <summary>Of version 1 and 2, as System.Device.Gpio loads them.</summary>
    private static readonly string[] Libraries = ["libgpiod.so.2", "libgpiod.so.3"];

    /// <param name="chip">Number, path or label.</param>
    /// <param name="setting">Full name of the setting, for messages.</param>
    /// <returns>The chip's device, and its driver.</returns>
    /// <exception cref="AgentException">There is no such chip here, or no right to use it.</exception>
    public static (string Path, GpioDriver Driver) OpenDriver(string chip, string setting)
    {
        GpioChip found = Find(chip, setting);
        try
        {
            return (found.Path, new LibGpiodDriver(found.Number));
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException)
        {
            throw NotInstalled(setting, e);
        }
        catch (Exception e) when (e is GpiodException or IOException or UnauthorizedAccessException)
        {
            throw Closed(chip, setting, e);
        }
    }

    /// <summary>The kernel describes a chip without the library, which is needed to use its lines.</summary>
    /// <exception cref="AgentException">libgpiod is not installed.</exception>
    public static void RequireLibrary(string setting)
    {
        foreach (string name in Libraries)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                NativeLibrary.Free(library);
                return;
            }
        }

        throw NotInstalled(setting, null);
    }

    /// <exception cref="AgentException">There is no such chip here, or no right to use it.</exception>
    public static GpioChip Find(string chip, string setting)
    {
        try
        {
            return GpioChip.Find(chip);
        }
        catch (IOException e)
        {
            throw Closed(chip, setting, e);
        }
    }

    /// <summary>The offset of the line that a name or a number refers to.</summary>
    /// <param name="chip">Number, path or label.</param>
    /// <param name="line">Counts where there is no name.</param>
    /// <param name="name">The line's name; null: there is none.</param>
    /// <param name="setting">Full name of the setting that holds the name.</param>
    /// <exception cref="AgentException">There is no such chip here, or it has no such line.</exception>
    public static int Offset(string chip, int line, string? name, string setting) =>
        name is null ? line : Offset(Find(chip, setting), name, setting);

    /// <exception cref="AgentException">The chip has no such line.</exception>
    public static int Offset(GpioChip chip, string name, string setting)
    {
        try
        {
            return chip.LineNamed(name);
        }
        catch (IOException e)
        {
            throw new AgentException(ExitCode.Setting,
                $"{setting}: found \"{name}\", which chip {chip.Path} does not have ({e.Message}); "
                + "expected the name that gpioinfo shows, or null and the line's number", e);
        }
    }

    /// <summary>Opens a line in the way that it is needed.</summary>
    /// <param name="controller">Of the chip.</param>
    /// <param name="chip">Number, path or label.</param>
    /// <param name="line">The line's offset.</param>
    /// <param name="setting">Full name of the setting that holds it.</param>
    /// <param name="open">Does it.</param>
    /// <exception cref="AgentException">The chip has no such line, or another program uses it.</exception>
    public static void Open(GpioController controller, string chip, int line, string setting, Action open)
    {
        if (line >= controller.PinCount)
        {
            throw new AgentException(ExitCode.Setting, $"{setting}: found {line}, expected 0 to {controller.PinCount - 1}, the lines of chip {chip}");
        }

        try
        {
            open();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new AgentException(ExitCode.Setting,
                $"{setting}: found {line}, which cannot be used so on chip {chip} ({e.Message}); expected a line that can", e);
        }
        catch (Exception e) when (e is IOException or GpiodException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"{setting}: found {line}, which does not open on chip {chip} ({e.Message}); expected a line that no other program uses", e);
        }
    }

    private static AgentException NotInstalled(string setting, Exception? cause) => new(ExitCode.Machine,
        $"{setting}: libgpiod, which drives GPIO lines, is not installed; "
        + "install it (apt-get install libgpiod2) or set \"simulated\"", cause);

    private static AgentException Closed(string chip, string setting, Exception cause) => new(ExitCode.Machine,
        $"{setting}: found \"{chip}\", which does not open ({cause.Message}); expected a chip that gpiodetect shows, "
        + "the right to use it (group gpio), or \"simulated\"", cause);
}
