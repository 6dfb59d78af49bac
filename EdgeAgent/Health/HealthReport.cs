using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Health;

/// <summary>How the rig is at this moment.</summary>
internal sealed class HealthReport(
    MachineBoot boot, Outbox outbox, Counters counters, AlarmBoard alarms, string stateFolder, TimeProvider time, PauseSwitch? pause = null)
{
    private const string ThermalZones = "/sys/class/thermal";

    public RigHealth Now()
    {
        (ClockState clock, double? errorMs) = SystemClock.Read();
        return new RigHealth
        {
            Time = time.GetUtcNow(),
            Boot = boot.Id,
            BootTime = time.GetUtcNow() - MachineBoot.Uptime,
            UptimeS = (long)MachineBoot.Uptime.TotalSeconds,
            TemperatureC = HottestZoneC(),
            Throttled = null,
            DiskUsedPercent = DiskUsedPercent(),
            OutboxDepth = outbox.Depth,
            MissedTriggers = counters.MissedSinceBoot,
            Clock = new HealthClock { State = clock, ErrorMs = errorMs },
            Paused = pause is { IsOn: true },
            Alarms = [.. alarms.Lasting.Keys],
        };
    }

    private static double? HottestZoneC()
    {
        if (!Directory.Exists(ThermalZones))
            return null;
        double? hottest = null;
        foreach (string zone in Directory.GetDirectories(ThermalZones, "thermal_zone*"))
        {
            try
            {
                double celsius = int.Parse(File.ReadAllText(Path.Combine(zone, "temp")), CultureInfo.InvariantCulture) / 1000.0;
                hottest = hottest > celsius ? hottest : celsius;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // A zone that is switched off answers with an error.
            }
        }

        return hottest;
    }

    private double? DiskUsedPercent()
    {
        try
        {
            DriveInfo disk = new(Path.GetFullPath(stateFolder));
            return Math.Round(100.0 * (disk.TotalSize - disk.AvailableFreeSpace) / disk.TotalSize, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
