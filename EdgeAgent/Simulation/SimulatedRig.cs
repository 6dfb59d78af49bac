using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>One rig of a simulated fleet: takes captures at its pace, and goes through what befalls rigs.</summary>
internal sealed class SimulatedRig(SimulatedFleetOptions options, SimulatedSite site, SimulatedSeason season, int number) : IDisposable
{
    private static readonly (string Code, AlarmSeverity Severity, string Detail)[] Ailments =
    [
        (AlarmCode.CameraLost, AlarmSeverity.Critical, "simulated: the camera gives no picture"),
        (AlarmCode.DiskLow, AlarmSeverity.Warning, "simulated: 4.1 % free"),
        (AlarmCode.ClockUnset, AlarmSeverity.Warning, "simulated: the clock shows 1970"),
        (AlarmCode.PicturesBlurred, AlarmSeverity.Warning, "simulated: sharpness 0.2"),
    ];

    private readonly Random random = new(unchecked((options.Seed * 7919) + number));
    private readonly RigName rig = new(options.Site, SimulatedFleetOptions.NameOf(number));
    private SimulatedAgent? agent;
    private string? ailment;
    private long step;
    private long missed;

    /// <summary>Of agents before the last power cut.</summary>
    private long acknowledgedBefore;
    private long publishedBefore;
    private DateTimeOffset? backAt;

    public SimulatedRigState State => agent is { } now
        ? new SimulatedRigState(now.IsConnected, now.Alarms.Lasting.Count > 0, now.Waiting, now.Recorded, acknowledgedBefore + now.Counters.Acknowledged.Value, publishedBefore + now.Counters.Published.Value)
        : new SimulatedRigState(false, false, 0, 0, acknowledgedBefore, publishedBefore);

    /// <summary>Goes on until it is cancelled; then the rig stops as a service does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Another plant at another age, of another size.
        step = random.Next(season.Count);
        double size = 0.7 + (0.6 * random.NextDouble());
        TimeSpan every = TimeSpan.FromSeconds(options.EverySeconds);
        try
        {
            // Five hundred rigs are not switched on at the same moment.
            await Task.Delay(every * random.NextDouble(), site.Time, cancellationToken);
            agent = new SimulatedAgent(site, rig);
            await agent.ConnectAsync(cancellationToken);
            while (true)
            {
                Ail();
                if (backAt is { } back && site.Time.GetUtcNow() >= back)
                {
                    backAt = null;
                    await agent.ConnectAsync(cancellationToken);
                }

                if (ailment == AlarmCode.CameraLost)
                {
                    missed++;
                    agent.Counters.Missed.Increment();
                }
                else
                {
                    agent.Record(sequence => season.At(rig, agent.Boot.Id, sequence, step, every, size, site.Time.GetUtcNow(), missed));
                    missed = 0;
                }

                step++;
                if (Happens(options.PowerCutsPerHour))
                {
                    await CutPowerAsync(cancellationToken);
                }
                else if (backAt is null && Happens(options.OutagesPerHour))
                {
                    await agent.CutAsync();
                    backAt = site.Time.GetUtcNow() + TimeSpan.FromSeconds(options.OutageSeconds * random.NextDouble());
                }

                await Task.Delay(every * (1 + (options.Jitter * ((2 * random.NextDouble()) - 1))), site.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (agent is not null)
            {
                await agent.StopAsync(CancellationToken.None);
            }
        }
    }

    public void Dispose() => agent?.Dispose();

    private async Task CutPowerAsync(CancellationToken cancellationToken)
    {
        await agent!.CutAsync();
        (acknowledgedBefore, publishedBefore) = (acknowledgedBefore + agent.Counters.Acknowledged.Value, publishedBefore + agent.Counters.Published.Value);
        agent.Dispose();
        agent = null;
        (ailment, backAt) = (null, null);
        await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, 10 * options.EverySeconds) * random.NextDouble()), site.Time, cancellationToken);
        agent = new SimulatedAgent(site, rig);
        await agent.ConnectAsync(cancellationToken);
    }

    /// <summary>An ailment lasts for ten captures in the mean; rigs fall ill as often as keeps their share.</summary>
    private void Ail()
    {
        const double End = 0.1;
        double share = options.AilingPercent / 100;
        if (ailment is not null && random.NextDouble() < End && share < 1)
        {
            agent!.Alarms.Clear(ailment);
            ailment = null;
        }
        else if (ailment is null && share > 0 && (share >= 1 || random.NextDouble() < End * share / (1 - share)))
        {
            (ailment, AlarmSeverity severity, string detail) = Ailments[random.Next(Ailments.Length)];
            agent!.Alarms.Raise(ailment, severity, detail);
        }
    }

    private bool Happens(double timesPerHour) => random.NextDouble() < timesPerHour * options.EverySeconds / 3600;
}

/// <summary>How a rig is at the moment.</summary>
internal sealed record SimulatedRigState(bool IsConnected, bool IsAiling, long Waiting, long Recorded, long Acknowledged, long Published);
