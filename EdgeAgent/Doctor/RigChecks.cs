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

    /// <summary>One check for each GPIO chip that the settings name; none where they name none.</summary>
    public static IEnumerable<RigCheck> Gpio(AgentOptions options)
    {
        List<(string Setting, string Chip)> chips = [];
        if (options.Triggers.Gpio is { } gpio)
            chips.Add(("triggers.gpio.chip", gpio.Chip));
        CameraOptions[] cameras = [options.Camera, .. options.MoreCameras];
        for (int i = 0; i < cameras.Length; i++)
        {
            if (cameras[i].Wires is { } wires)
                chips.Add((i == 0 ? "camera.wires.chip" : $"moreCameras[{i - 1}].wires.chip", wires.Chip));
        }

        foreach ((string setting, string chip) in chips.DistinctBy(c => c.Chip))
        {
            string? problem = null;
            try
            {
                using var driver = GpioLine.OpenDriver(chip, setting);
            }
            catch (AgentException e)
            {
                problem = e.Message;
            }

            yield return Check("gpio", problem is null, problem ?? $"{setting} \"{chip}\" opens", "a chip that this user may open",
                "name a chip that gpiodetect shows, and add the agent's user to the group gpio");
        }
    }

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
            Directory.CreateDirectory(stateFolder);
            string probe = Path.Combine(stateFolder, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "written by the doctor");
            File.Delete(probe);
            DriveInfo disk = new(Path.GetFullPath(stateFolder));
            double free = 100.0 * disk.AvailableFreeSpace / disk.TotalSize;
            return Check("disk", free >= LeastFreePercent, string.Create(CultureInfo.InvariantCulture,
                $"{stateFolder}: written, {free:0.#} % free ({disk.AvailableFreeSpace / 1e9:0.#} GB)"), Expected, ToDo);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check("disk", false, $"{stateFolder}: {e.Message}", Expected, ToDo);
        }
    }

    public static RigCheck Clock()
    {
        (ClockState state, double? errorMs) = new SystemClock().Read();
        return Check("clock", state == ClockState.Synchronised,
            string.Create(CultureInfo.InvariantCulture, $"{state.ToString().ToLowerInvariant()}{(errorMs is null ? "" : $", {errorMs} ms")}, {DateTime.UtcNow:u}"),
            "a clock that is synchronised", "install and start chrony or systemd-timesyncd, and let it reach a time server");
    }
}
