using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Server;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

/// <summary>The link, the publishing loop and the health loop, and a broker in the same process.</summary>
internal sealed class LinkBench : IAsyncDisposable
{
    /// <summary>Benches of several test classes exist at once, and the port of a stopped broker is free for any of them.</summary>
    private static int lastPort = 21_883;

    private readonly TemporaryFolder folder = new();
    private readonly LeafModel model;
    private readonly TimeProvider time;

    /// <param name="time">Null: the system's.</param>
    /// <param name="limit">Null: none.</param>
    public LinkBench(TimeProvider? time = null, OutboxLimit? limit = null)
    {
        this.time = time ?? TimeProvider.System;
        WallClock = new SystemClock(() => ClockErrorMs);
        Alarms = new AlarmBoard(this.time, NullLogger<AlarmBoard>.Instance);
        Alarms.Changed += () =>
        {
            foreach ((string code, Alarm alarm) in Alarms.Lasting)
            {
                Raised[code] = alarm.Detail;
            }
        };
        model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path), new LeafModelOptions());
        Models = new ModelInUse(model);
        Outbox = OutboxStore.Open(folder.Path, limit, time: this.time);
        Watch = new OutboxWatch(Outbox, Alarms);
        CameraStatus camera = new("top");
        Announcement announcement = NewAnnouncement();
        Link = NewLink(announcement, new BrokerOptions { RetryFirstSeconds = 0.1, RetryLongestSeconds = 0.2 });
        Publishing = NewPublishing(Link, announcement);
        Health = new HealthLoop(Link, announcement, Alarms, [camera], this.time, NullLogger<HealthLoop>.Instance);
    }

    public static CancellationToken Now => TestContext.Current.CancellationToken;

    public RigName Rig { get; } = new("ghent", "r17");

    public Topics Topics { get; } = new("ghent", "r17");

    public Counters Counters { get; } = new();

    /// <summary>By how much the wall clock may be wrong; null: it is not synchronised.</summary>
    public double? ClockErrorMs { get; set; }

    public SystemClock WallClock { get; }

    public AlarmBoard Alarms { get; }

    /// <summary>Every alarm that there was, with its detail.</summary>
    public ConcurrentDictionary<string, string> Raised { get; } = new();

    public BrokerAddress Address { get; } =
        BrokerAddress.Parse("embedded") with { Port = LoopbackPort.Free("port", null, Interlocked.Increment(ref lastPort)) };

    public ModelInUse Models { get; }

    public OutboxStore Outbox { get; }

    public OutboxWatch Watch { get; }

    /// <summary>Where results go that cannot be sent.</summary>
    public string SetAside => Path.Combine(folder.Path, "set-aside");

    public string AnnouncedNamesFile => Path.Combine(folder.Path, AnnouncedNames.StateFile);

    public MqttLink Link { get; }

    public PublishingLoop Publishing { get; }

    public HealthLoop Health { get; }

    public MqttServer? Server { get; private set; }

    /// <summary>All that reached the broker.</summary>
    public ConcurrentQueue<(string Topic, string Payload)> Received { get; } = new();

    public Announcement NewAnnouncement(HomeAssistantDiscovery? discovery = null, RigPlants? plants = null)
    {
        MachineBoot boot = MachineBoot.Of(Outbox.StoreId);
        return new Announcement(
            Topics,
            new InfoReport(boot, Models, [new CameraStatus("top")]),
            NewHealth(),
            Outbox,
            plants ?? new RigPlants(new HashSet<string> { "a3" }),
            discovery);
    }

    public HealthReport NewHealth() => new(MachineBoot.Of(Outbox.StoreId), WallClock, Outbox, Counters, Alarms, folder.Path, time);

    public MqttLink NewLink(Announcement announcement, BrokerOptions options) =>
        new(options, Address, BrokerAccess.Load(options), Rig, announcement.ForSession, Alarms, time, NullLogger<MqttLink>.Instance);

    public PublishingLoop NewPublishing(MqttLink link, Announcement announcement) =>
        new(Outbox, Watch, new SetAsideResults(SetAside, Alarms), link, Rig, Topics, announcement, new ClockCorrection(MachineBoot.Of(Outbox.StoreId), WallClock, time), new RunGoal(null), new RecentResults(), Counters, Alarms, time, NullLogger<PublishingLoop>.Instance);

    /// <summary>Before the link starts.</summary>
    /// <param name="former">As the rig was announced before.</param>
    public FormerNameCleanup NewCleanup(AnnouncedName former)
    {
        _ = new AnnouncedNames(folder.Path, former);
        AnnouncedNames names = new(folder.Path, former with { Site = Rig.Site, Rig = Rig.Rig });
        return new FormerNameCleanup(Link, names, Rig, Alarms, NullLogger<FormerNameCleanup>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await Health.StopAsync(CancellationToken.None);
        await Publishing.StopAsync(CancellationToken.None);
        await Link.StopAsync(CancellationToken.None);
        Health.Dispose();
        Publishing.Dispose();
        Link.Dispose();
        Server?.Dispose();
        Outbox.Dispose();
        model.Dispose();
        folder.Dispose();
    }

    public IReadOnlyList<string> On(string topic) => [.. Received.Where(h => h.Topic == topic).Select(h => h.Payload)];

    /// <summary>The newest payload of a topic; "nothing yet" where none was received.</summary>
    public string Last(string topic) => On(topic) is [.., var newest] ? newest : "nothing yet";

    public async Task StartBrokerAsync(Action<InterceptingPublishEventArgs>? intercept = null)
    {
        MqttServerFactory factory = new();
        MqttServer server = factory.CreateMqttServer(factory.CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(System.Net.IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(System.Net.IPAddress.None)
            .WithDefaultEndpointPort(Address.Port)
            .WithDefaultEndpointReuseAddress()
            .Build());
        server.InterceptingPublishAsync += message =>
        {
            intercept?.Invoke(message);
            if (message.ProcessPublish)
            {
                Received.Enqueue((message.ApplicationMessage.Topic, Encoding.UTF8.GetString(message.ApplicationMessage.Payload.ToArray())));
            }

            return Task.CompletedTask;
        };
        Server = server;
        await server.StartAsync();
    }

    public void Record() => Outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence)));

    public static async Task UntilAsync(Func<bool> isTrue)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(Now);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (!isTrue())
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
