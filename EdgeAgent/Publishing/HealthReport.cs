using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>How the rig is at this moment.</summary>
internal sealed class HealthReport(
    MachineBoot boot, SystemClock wallClock, OutboxStore outbox, Counters counters, AlarmBoard alarms, string stateFolder, TimeProvider time, PauseSwitch? pause = null, MachineHeat? heat = null)
{
    private readonly MachineHeat heat = heat ?? new MachineHeat();

    public RigHealth Now()
    {
        (ClockState clock, double? errorMs) = wallClock.Read();
        return new RigHealth
        {
            Time = time.GetUtcNow(),
            Boot = boot.Id,
            BootTime = time.GetUtcNow() - MachineBoot.Uptime,
            UptimeS = (long)MachineBoot.Uptime.TotalSeconds,
            TemperatureC = heat.HottestC(),
            Throttled = heat.IsThrottled(),
            DiskUsedPercent = DiskUsedPercent(),
            OutboxDepth = outbox.Depth,
            MissedTriggers = counters.MissedSinceBoot,
            Clock = new HealthClock { State = clock, ErrorMs = errorMs },
            Paused = pause is { IsOn: true },
            Alarms = [.. alarms.Lasting.Keys],
        };
    }

    /// <summary>On the disk of the state folder; null where the kernel does not report it.</summary>
    public long? DiskFreeBytes() => MachineWatch.FreeBytes(stateFolder);

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
