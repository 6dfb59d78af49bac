using System.Globalization;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>Looks once a minute whether the disk fills up and whether the clock can be right.</summary>
/// <param name="options">The limits.</param>
/// <param name="stateFolder">On the disk that is looked at.</param>
/// <param name="freeBytes">Free room on that disk; null: not known.</param>
/// <param name="built">When this program was made: no right clock shows less.</param>
/// <param name="alarms">Raised when something is wrong, cleared when it is right again.</param>
/// <param name="time">The clock.</param>
internal sealed class MachineWatch(
    HealthOptions options, string stateFolder, Func<long?> freeBytes, DateTimeOffset built, AlarmBoard alarms, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>An alarm at the limit must not come and go with every overlay.</summary>
    private const double WellAgain = 1.2;

    private bool isLow;

    public static MachineWatch Of(HealthOptions options, string stateFolder, AlarmBoard alarms, TimeProvider time) =>
        new(options, stateFolder, () => FreeBytes(stateFolder), new DateTimeOffset(File.GetLastWriteTimeUtc(Environment.ProcessPath!)), alarms, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void Look()
    {
        LookAtDisk();
        DateTimeOffset now = time.GetUtcNow();
        if (now < built)
        {
            alarms.Raise(AlarmCode.ClockUnset, AlarmSeverity.Warning, string.Create(CultureInfo.InvariantCulture,
                $"the clock is not set: it shows a time before this program was built ({built:yyyy-MM-dd}); results wait for no clock, "
                + $"and those that are sent after it is right bear their right time; connect a time server or a clock with a battery"));
        }
        else
        {
            alarms.Clear(AlarmCode.ClockUnset);
        }
    }

    private void LookAtDisk()
    {
        double limit = options.DiskFreeMegabytes * 1_000_000;
        if (freeBytes() is not { } free)
        {
            return;
        }

        isLow = free < limit * (isLow ? WellAgain : 1);
        if (isLow)
        {
            // No number that changes: each new text is published and logged.
            alarms.Raise(AlarmCode.DiskLow, AlarmSeverity.Critical, string.Create(CultureInfo.InvariantCulture,
                $"less than {options.DiskFreeMegabytes:0.#} MB (health.diskFreeMegabytes) are free on the disk of {stateFolder}; "
                + $"make room: results are lost once nothing is free"));
        }
        else
        {
            alarms.Clear(AlarmCode.DiskLow);
        }
    }

    /// <summary>On the disk of a folder; null where the kernel does not report it.</summary>
    internal static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
