using System.Globalization;
using System.Runtime.InteropServices;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Hosting.Systemd;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>One run of the agent from its start to its exit code.</summary>
internal static class AgentRun
{
    /// <exception cref="AgentException">It cannot start.</exception>
    public static async Task<ExitCode> RunAsync(AgentOptions options, long? captures, CancellationToken cancellationToken)
    {
        bool interrupted = false;
        using PosixSignalRegistration ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
        {
            // The first Ctrl-C stops the host; a second one ends the program at once.
            if (interrupted)
            {
#pragma warning disable RS0030 // the second interrupt does not wait for the host
                Environment.Exit((int)ExitCode.Interrupted);
#pragma warning restore RS0030
            }

            interrupted = true;
        });

        RunGoal goal = new(captures);
        using IHost host = Agent.Build(options, goal, Configure);
        _ = host.Services.GetRequiredService<ModelOpening>();
        RecentResults recent = host.Services.GetRequiredService<RecentResults>();
        if (!SystemdHelpers.IsSystemdService())
        {
            (long lines, long newest) = (0, -1);
            Lock gate = new();
            recent.Acknowledged += result =>
            {
                // One line for each plant, one number for each result.
                lock (gate)
                {
                    if (result.Sequence != newest)
                    {
                        (lines, newest) = (lines + 1, result.Sequence);
                    }

                    Console.WriteLine(Line(result, lines, captures));
                }
            };
        }

        // All that the settings name is opened before anything starts: a missing model must not first say "online".
        _ = host.Services.GetServices<IHostedService>();

        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        _ = goal.Over.ContinueWith(_ => lifetime.StopApplication(), TaskScheduler.Default);
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            // What fails in stopping a part that never started must not hide why.
            await host.StopAsync(CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }

        await host.WaitForShutdownAsync(cancellationToken);
        return End(host, goal, interrupted);
    }

    private static void Configure(HostApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // The host logs a failure with its stack; it is reported once, where the program ends.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        ConsoleLog.Configure(builder.Logging);
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.Services.AddSystemd();
        if (!SystemdHelpers.IsSystemdService())
        {
            return;
        }

        builder.Services.AddSingleton<ISystemdNotifier, ReadyWhenCapturing>();
        builder.Services.AddSingleton<CaptureProgress>();
        builder.Services.AddHostedService<Watchdog>();
    }

    private static ExitCode End(IHost host, RunGoal goal, bool interrupted)
    {
        foreach (BackgroundService service in host.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask?.Exception?.GetBaseException() is AgentException failure)
            {
                throw failure;
            }

            if (service.ExecuteTask is { IsFaulted: true } failed)
            {
                throw new InvalidOperationException($"{service.GetType().Name} has failed.", failed.Exception.GetBaseException());
            }
        }

        if (goal.Over is { IsCompletedSuccessfully: true, Result: RunEnd end })
        {
            if (end == RunEnd.Reached || goal.Captures is null)
            {
                return ExitCode.Done;
            }

            Counters counters = host.Services.GetRequiredService<Counters>();
            throw new AgentException(ExitCode.Frames, string.Create(CultureInfo.InvariantCulture,
                $"--captures: expected {goal.Captures} results, and the pictures ran out after {goal.Acknowledged} "
                + $"({counters.FrameErrors.Value} broken, {counters.ProcessingErrors.Value} not measured); give more pictures, or --loop"));
        }

        long waiting = host.Services.GetRequiredService<OutboxStore>().Depth;
        if (waiting > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"leafseg-agent: {waiting} results wait in the outbox and are sent at the next start"));
        }

        if (interrupted)
        {
            return ExitCode.Interrupted;
        }

        if (goal.Captures is null)
        {
            return ExitCode.Done;
        }

        throw new AgentException(ExitCode.Unacknowledged, string.Create(CultureInfo.InvariantCulture,
            $"stopped after {goal.Acknowledged} of {goal.Captures} results were acknowledged"));
    }

    private static string Line(ResultSummary result, long number, long? captures)
    {
        string count = captures is null
            ? string.Create(CultureInfo.InvariantCulture, $"{number,6}")
            : string.Create(CultureInfo.InvariantCulture, $"{number,4}/{captures}");
        string area = result.AreaMm2 is { } mm2
            ? string.Create(CultureInfo.InvariantCulture, $"{mm2,9:0.0} mm²")
            : string.Create(CultureInfo.InvariantCulture, $"{result.AreaPx,9} px");
        return string.Create(CultureInfo.InvariantCulture,
            $"{count}  {result.Time:HH:mm:ss}  {result.Plant}  {result.LeafCount,3} leaves {area}  model {result.InferMs,6:0.0} ms  acknowledged  {result.Source}");
    }
}
