using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>
/// The half of an agent that comes after the measurement, as it is: outbox, session with its last will, announcements, results, health.
/// </summary>
internal sealed class SimulatedAgent : IDisposable
{
    private readonly SimulatedSite site;
    private readonly RigName rig;
    private readonly OutboxStore outbox;
    private readonly OutboxWatch outboxWatch;
    private readonly SetAsideResults setAside;
    private readonly RecentResults recent = new();
    private readonly SystemClock clock = new(() => 4);
    private readonly ClockCorrection clockCorrection;
    private readonly Announcement announcement;
    private readonly Topics topics;
    private Connection? connection;

    /// <param name="site">What all rigs share.</param>
    /// <param name="rig">Its name.</param>
    public SimulatedAgent(SimulatedSite site, RigName rig)
    {
        (this.site, this.rig) = (site, rig);
        string folder = Path.Combine(site.Folder, rig.Rig);
        Alarms = new AlarmBoard(site.Time, site.Logs.CreateLogger<AlarmBoard>());
        outbox = OutboxStore.Open(folder, time: site.Time);
        outboxWatch = new OutboxWatch(outbox, Alarms);
        setAside = new SetAsideResults(Path.Combine(folder, "set-aside"), Alarms);

        // Each start is one of the machine.
        Boot = MachineBoot.Of($"{outbox.StoreId} {Guid.NewGuid()}");
        clockCorrection = new ClockCorrection(Boot, clock, site.Time);
        topics = new Topics(rig.Site, rig.Rig);
        HealthReport health = new(Boot, clock, outbox, Counters, Alarms, folder, site.Time);
        announcement = new Announcement(topics, new InfoReport(Boot, site.Model, [new CameraStatus("top")]), health, outbox, new RigPlants(site.Plants));
    }

    public AlarmBoard Alarms { get; }

    public MachineBoot Boot { get; }

    public Counters Counters { get; } = new();

    /// <summary>Results that wait for the broker.</summary>
    public long Waiting => outbox.Depth;

    /// <summary>All that were ever recorded.</summary>
    public long Recorded { get; private set; }

    public bool IsConnected => connection is { Link.Status.Connected: true };

    public void Record(Func<long, CaptureResult> capture)
    {
        Recorded = outbox.Record(sequence => MessageJson.Write(capture(sequence)));
        Counters.Results.Increment();
        outboxWatch.Look();
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        BrokerOptions broker = site.BrokerOf(rig);
        MqttLink link = new(broker, site.Address, BrokerAccess.Load(broker), rig, announcement.ForSession, Alarms, site.Time, site.Logs.CreateLogger<MqttLink>());
        PublishingLoop publishing = new(
            outbox, outboxWatch, setAside, link, rig, topics, announcement, clockCorrection, new RunGoal(null), recent, Counters, Alarms, site.Time, site.Logs.CreateLogger<PublishingLoop>());
        HealthLoop health = new(link, announcement, Alarms, [], site.Time, site.Logs.CreateLogger<HealthLoop>());
        connection = new Connection(link, [link, publishing, health]);
        foreach (BackgroundService service in connection.Services)
        {
            await service.StartAsync(cancellationToken);
        }
    }

    /// <summary>The cable is pulled: nothing is said, and the broker publishes the last will.</summary>
    public async Task CutAsync()
    {
        foreach (BackgroundService service in connection?.Services ?? [])
        {
            // Disposed and not stopped: a stop would take leave of the broker.
            service.Dispose();
            await (service.ExecuteTask ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        connection = null;
    }

    /// <summary>As systemd stops an agent: the rest is sent, and the broker is told.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (BackgroundService service in connection?.Services.Reverse() ?? [])
        {
            await service.StopAsync(cancellationToken);
            service.Dispose();
        }

        connection = null;
    }

    public void Dispose() => outbox.Dispose();

    private sealed record Connection(MqttLink Link, BackgroundService[] Services);
}
