using System.Globalization;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Hosting.Systemd;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>Pings systemd's watchdog while captures go on; when they hang for longer than WatchdogSec, systemd starts the agent anew.</summary>
internal sealed class Watchdog(ISystemdNotifier systemd, CaptureProgress progress, TimeProvider time) : BackgroundService
{
    private static readonly ServiceState Ping = new("WATCHDOG=1");

    /// <summary>Time between two looks; null: systemd has not asked this process for pings.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static TimeSpan? Interval(Func<string, string?> variable)
    {
        // sd_watchdog_enabled(3): the time in microseconds, and whom it is meant for.
        bool isMeant = variable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isMeant && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long us) && us > 0
            ? TimeSpan.FromMicroseconds(us / 4)
            : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Interval(Environment.GetEnvironmentVariable) is not { } interval)
            return;
        using PeriodicTimer timer = new(interval, time);
        try
        {
            do
            {
                if (progress.Look())
                    systemd.Notify(Ping);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
