using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>What can be looked at of a rig, whether it runs or not.</summary>
internal static class RigChecks
{
    /// <summary>Less than this much of the disk free, and a season's logs and results fill it.</summary>
    private const double LeastFreePercent = 5;

    public static RigCheck Check(string name, bool ok, string found, string expected, string toDo) =>
        new() { Name = name, Ok = ok, Found = found, Expected = expected, ToDo = ok ? "" : toDo };

    /// <summary>One check for each GPIO line that the settings name; none where they name none.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="isOurs">The agent runs, and its lines are in use by itself.</param>
    public static IEnumerable<RigCheck> Gpio(AgentOptions options, bool isOurs) =>
        Lines(options).Select(line => Line(
            line,
            setting =>
            {
                GpioLine.RequireLibrary(setting);
                return GpioLine.Find(line.Chip, setting);
            },
            isOurs));

    /// <param name="line">The line, as the settings name it.</param>
    /// <param name="find">Gives the chip, for the setting that names it.</param>
    /// <param name="isOurs">A line that is in use is in use by the agent itself.</param>
    public static RigCheck Line(ConfiguredLine line, Func<string, GpioChip> find, bool isOurs)
    {
        if (line.Chip == GpioOptions.SimulatedChip)
        {
            return Check("gpio", true, $"{line.Setting}: a line of the simulated chip", "", "");
        }

        (string found, bool ok) = Look();
        return Check("gpio", ok, $"{line.Setting}: {found}", "a line of a chip that this user may open, and that no other program uses",
            "name a chip and a line that gpioinfo shows, stop the program that uses it, and add the agent's user to the group of the chip");

        (string Found, bool Ok) Look()
        {
            try
            {
                GpioChip chip = find($"{line.Setting[..line.Setting.LastIndexOf('.')]}.chip");
                int offset = line.Name is null ? line.Offset : GpioLine.Offset(chip, line.Name, $"{line.Setting}Name");
                string place = $"line {offset} of {chip.Path} \"{chip.Label}\"";
                if (offset >= chip.LineNames.Count)
                {
                    return ($"{place}, which has lines 0 to {chip.LineNames.Count - 1}", false);
                }

                string named = chip.LineNames[offset] is { Length: > 0 } name ? $"{place}, named \"{name}\"" : place;
                return chip.Users[offset] is { } user && !isOurs ? ($"{named}, in use by \"{user}\"", false) : (named, true);
            }
            catch (AgentException e)
            {
                return (e.Message, false);
            }
        }
    }

    private static IEnumerable<ConfiguredLine> Lines(AgentOptions options)
    {
        if (options.Triggers.Gpio is { } gpio)
        {
            yield return new("triggers.gpio.line", gpio.Chip, gpio.Line, gpio.LineName);
        }

        IReadOnlyList<CameraOptions> cameras = options.Cameras();
        for (int i = 0; i < cameras.Count; i++)
        {
            if (cameras[i].Wires is not { } wires)
            {
                continue;
            }

            string name = $"{AgentOptions.CameraSetting(i)}.wires";
            if (wires.Trigger is { } trigger)
            {
                yield return new($"{name}.trigger.line", wires.Chip, trigger.Line, trigger.LineName);
            }

            if (wires.Strobe is { } strobe)
            {
                yield return new($"{name}.strobe.line", wires.Chip, strobe.Line, strobe.LineName);
            }

            if (wires.ExposureActive is { } active)
            {
                yield return new($"{name}.exposureActive.line", wires.Chip, active.Line, active.LineName);
            }
        }
    }

    /// <summary>A line that the settings name.</summary>
    /// <param name="Setting">Full name of the setting that holds its number.</param>
    /// <param name="Chip">Number, path or label of its chip.</param>
    /// <param name="Offset">Counts where there is no name.</param>
    /// <param name="Name">Null: there is none.</param>
    internal sealed record ConfiguredLine(string Setting, string Chip, int Offset, string? Name);

    /// <summary>Whether the model runs where it was meant to.</summary>
    public static RigCheck Provider(ExecutionProvider wanted, LeafModel model) => Check(
        "provider",
        model.ProviderNote is null,
        model.ProviderNote is null ? model.Provider : $"{model.Provider} ({model.ProviderNote})",
        wanted.ToString(),
        "install the driver and the ONNX Runtime of this device, or set model.provider to cpu; where only the systemd service has "
        + "this trouble, let its unit name the devices of the GPU (DeviceAllow) and its user be in their groups (ls -l /dev)");

    public static RigCheck Disk(string stateFolder)
    {
        const string Expected = "a state folder that can be written, on a disk with at least 5 % free";
        const string ToDo = "make room, or name another folder in stateFolder";
        try
        {
            // Not made where it is missing: it would belong to the user who runs the doctor, and not to the service.
            bool isThere = Directory.Exists(stateFolder);
            if (isThere)
            {
                string probe = Path.Combine(stateFolder, $".doctor-{Environment.ProcessId}");
                File.WriteAllText(probe, "written by the doctor");
                File.Delete(probe);
            }

            DriveInfo disk = new(Existing(Path.GetFullPath(stateFolder)));
            double free = 100.0 * disk.AvailableFreeSpace / disk.TotalSize;
            return Check("disk", free >= LeastFreePercent, string.Create(CultureInfo.InvariantCulture,
                $"{stateFolder}: {(isThere ? "written" : "made at the first start of the agent")}, {free:0.#} % free ({disk.AvailableFreeSpace / 1e9:0.#} GB)"), Expected, ToDo);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check("disk", false, $"{stateFolder}: {e.Message}", Expected, ToDo);
        }
    }

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }

    public static RigCheck Clock()
    {
        (ClockState state, double? errorMs) = new SystemClock().Read();
        return Check("clock", state == ClockState.Synchronised,
            string.Create(CultureInfo.InvariantCulture, $"{state.ToString().ToLowerInvariant()}{(errorMs is null ? "" : $", {errorMs} ms")}, {DateTime.UtcNow:u}"),
            "a clock that is synchronised", "install and start chrony or systemd-timesyncd, and let it reach a time server");
    }
}
