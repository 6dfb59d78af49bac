using System.Globalization;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>The machine's temperature and throttling, as the kernel reports them.</summary>
/// <param name="sysfs">Where the kernel's files are.</param>
internal sealed class MachineHeat(string sysfs = "/sys")
{
    /// <summary>A cooling device with one of these in its type makes the machine slower; what else there is are fans and lamps.</summary>
    private static readonly string[] SlowsDown = ["cpu", "gpu", "devfreq", "processor"];

    /// <summary>A Raspberry Pi's firmware: too little voltage, a capped frequency, throttled, too warm; all of this moment.</summary>
    private const uint SlowedByFirmware = 0xF;

    /// <summary>Of the hottest zone; null: there is none.</summary>
    public double? HottestC() => Under("class/thermal", "thermal_zone*")
        .Select(zone => Read(Path.Combine(zone, "temp"), text => (double?)(int.Parse(text, CultureInfo.InvariantCulture) / 1000.0)))
        .Max();

    /// <summary>Whether heat or a weak supply slows the machine down at this moment; null: not known.</summary>
    public bool? IsThrottled()
    {
        bool[] throttles = [.. Under("class/thermal", "cooling_device*").Where(IsSlowing).Select(CoolingIsOn).OfType<bool>(), .. FirmwareThrottles().OfType<bool>()];
        return throttles.Length == 0 ? null : throttles.Contains(true);
    }

    private static bool IsSlowing(string coolingDevice) => Read(Path.Combine(coolingDevice, "type"), type =>
        SlowsDown.Any(part => type.Contains(part, StringComparison.OrdinalIgnoreCase)) && !type.Contains("fan", StringComparison.OrdinalIgnoreCase));

    private static bool? CoolingIsOn(string coolingDevice) =>
        Read(Path.Combine(coolingDevice, "cur_state"), state => (bool?)(int.Parse(state, CultureInfo.InvariantCulture) > 0));

    private IEnumerable<bool?> FirmwareThrottles() => Under("devices/platform", "soc*")
        .SelectMany(soc => Directory.GetDirectories(soc, "soc*:firmware"))
        .Select(firmware => Read(Path.Combine(firmware, "get_throttled"),
            bits => (bool?)((uint.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & SlowedByFirmware) != 0)));

    private string[] Under(string folder, string pattern)
    {
        string path = Path.Combine(sysfs, folder);
        return Directory.Exists(path) ? Directory.GetDirectories(path, pattern) : [];
    }

    /// <summary>What a file of one line says; nothing where the kernel does not: a zone that is switched off answers with an error.</summary>
    private static T? Read<T>(string path, Func<string, T> meaning)
    {
        try
        {
            return meaning(File.ReadAllText(path).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return default;
        }
    }
}
