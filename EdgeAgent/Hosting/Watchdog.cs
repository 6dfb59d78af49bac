using System.Globalization;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Hosting.Systemd;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>
/// Pings systemd's watchdog while captures continue; when they hang for longer than its time, systemd restarts the agent. That is
/// the unit's WatchdogSec, or more where the settings let a camera take longer: systemd is notified of that.
/// </summary>
internal sealed class Watchdog(ISystemdNotifier systemd, CaptureProgress progress, AgentOptions options, TimeProvider time) : BackgroundService
{
    /// <summary>Longer by so much than what the settings allow at the most.</summary>
    private const int Margin = 2;

    private static readonly ServiceState Ping = new("WATCHDOG=1");

    /// <summary>The time that systemd gives this process; null: it has not requested pings.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static TimeSpan? TimeOf(Func<string, string?> variable)
    {
        // sd_watchdog_enabled(3): the time in microseconds, and whom it is meant for.
        bool isMeant = variable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isMeant && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long us) && us > 0
            ? TimeSpan.FromMicroseconds(us)
            : null;
    }

    /// <summary>The least time that the settings need: between two attempts to open a camera, or to read from it.</summary>
    public static TimeSpan Needed(IEnumerable<CameraOptions> cameras) => Margin * TimeSpan.FromSeconds(cameras
        .Where(camera => camera.Folder is null)
        .Select(camera => camera.RetryLongestSeconds + ((1 + camera.ReadAgain) * camera.LongestReadSeconds()))
        .DefaultIfEmpty(0)
        .Max());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (TimeOf(Environment.GetEnvironmentVariable) is not { } limit)
        {
            return;
        }

        TimeSpan needed = Needed(options.Cameras());
        if (needed > limit)
        {
            limit = needed;
            systemd.Notify(new ServiceState(string.Create(CultureInfo.InvariantCulture, $"WATCHDOG_USEC={limit.TotalMicroseconds:0}")));
        }

        using PeriodicTimer timer = new(limit / 4, time);
        try
        {
            do
            {
                if (progress.Look())
                {
                    systemd.Notify(Ping);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
