using System.Globalization;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>All simulated rigs in this process.</summary>
internal static class SimulatedFleet
{
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(10);

    /// <param name="options">What befalls the rigs.</param>
    /// <param name="site">What they share.</param>
    /// <param name="season">Their results.</param>
    /// <param name="captures">End after so many acknowledged results of all rigs together; null: go on.</param>
    /// <param name="cancellationToken">Stops every rig as a service is stopped.</param>
    /// <returns>False: it was cancelled before so many results were acknowledged.</returns>
    public static async Task<bool> RunAsync(SimulatedFleetOptions options, SimulatedSite site, SimulatedSeason season, long? captures, CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        SimulatedRig[] rigs = [.. Enumerable.Range(1, options.Rigs).Select(number => new SimulatedRig(options, site, season, number))];
        Task running = Task.WhenAll(rigs.Select(rig => Task.Run(() => rig.RunAsync(end.Token), CancellationToken.None)));
        bool reached = false;
        long before = 0, since = site.Time.GetTimestamp();
        try
        {
            while (!running.IsCompleted && !reached && !cancellationToken.IsCancellationRequested)
            {
                await Task.WhenAny(running, Task.Delay(captures is null ? Report : TimeSpan.FromSeconds(1), site.Time, cancellationToken));
                long acknowledged = rigs.Sum(rig => rig.State.Acknowledged);
                reached = acknowledged >= captures;
                TimeSpan elapsed = site.Time.GetElapsedTime(since);
                if (reached || elapsed >= Report)
                {
                    Console.WriteLine(Line(rigs, acknowledged, (acknowledged - before) / elapsed.TotalSeconds));
                    (before, since) = (acknowledged, site.Time.GetTimestamp());
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => Array.ForEach(rigs, rig => rig.Dispose()), TaskScheduler.Default);
        }

        await running;
        long waiting = rigs.Sum(rig => rig.State.Waiting);
        if (waiting > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"leafseg-agent: {waiting} results wait in the outboxes (--state) and are sent at the next start"));
        }

        return reached || captures is null;
    }

    private static string Line(SimulatedRig[] rigs, long acknowledged, double perSecond)
    {
        SimulatedRigState[] states = [.. rigs.Select(rig => rig.State)];
        return string.Create(CultureInfo.InvariantCulture,
            $"{states.Count(state => state.IsConnected)} of {rigs.Length} rigs connected, {states.Count(state => state.IsAiling)} ailing, {acknowledged} results acknowledged ({perSecond:0.0}/s), "
            + $"{states.Sum(state => state.Waiting)} waiting, {Environment.WorkingSet / 1e6:0} MB");
    }
}
