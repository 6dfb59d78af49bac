using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Health;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Server;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

/// <summary>The link, the publishing loop and the health loop against a broker in the same process.</summary>
public sealed class MqttLinkTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Counters counters = new();
    private readonly RecentResults recent = new();
    private readonly AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
    private readonly Topics topics = new("ghent", "r17");
    private readonly ConcurrentQueue<(string Topic, string Payload)> heard = new();

    /// <summary>Every alarm that there was, with its detail.</summary>
    private readonly ConcurrentDictionary<string, string> told = new();
    private readonly BrokerAddress address = EmbeddedBroker.Place(BrokerAddress.Parse("embedded"));
    private readonly LeafModel model;
    private readonly Outbox outbox;
    private readonly MqttLink link;
    private readonly PublishingLoop publishing;
    private readonly HealthLoop health;
    private MqttServer? server;

    public MqttLinkTests()
    {
        alarms.Changed += () =>
        {
            foreach ((string code, Alarm alarm) in alarms.Lasting)
                told[code] = alarm.Detail;
        };
        model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path), new LeafModelOptions());
        outbox = Outbox.Open(folder.Path);
        MachineBoot boot = MachineBoot.Of(outbox.StoreId);
        CameraStatus camera = new("top");
        Announcement announcement = new(
            topics,
            new InfoReport(boot, new ModelInUse(model), [camera]),
            new HealthReport(boot, outbox, counters, alarms, folder.Path, TimeProvider.System),
            outbox);
        BrokerOptions options = new() { RetryFirstSeconds = 0.1, RetryLongestSeconds = 0.2 };
        link = new MqttLink(options, address, BrokerAccess.Load(options), new RigName("ghent", "r17"), announcement, alarms, TimeProvider.System, NullLogger<MqttLink>.Instance);
        publishing = new PublishingLoop(
            outbox, new OutboxWatch(outbox, alarms), link, topics, announcement, new RunGoal(null), recent, counters, alarms, TimeProvider.System, NullLogger<PublishingLoop>.Instance);
        health = new HealthLoop(link, announcement, alarms, [camera], TimeProvider.System, NullLogger<HealthLoop>.Instance);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await health.StopAsync(CancellationToken.None);
        await publishing.StopAsync(CancellationToken.None);
        await link.StopAsync(CancellationToken.None);
        health.Dispose();
        publishing.Dispose();
        link.Dispose();
        server?.Dispose();
        outbox.Dispose();
        model.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_refused_result_is_an_alarm_and_is_sent_again_marked_as_such()
    {
        int refusals = 2;
        await StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != topics.Capture || refusals-- <= 0)
                return;
            message.ProcessPublish = false;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.QuotaExceeded;
        });
        await link.StartAsync(Now);
        await publishing.StartAsync(Now);
        Record();
        await UntilAsync(() => alarms.Lasting.ContainsKey(AlarmCode.ResultsRefused));
        Assert.Contains("QuotaExceeded", alarms.Lasting[AlarmCode.ResultsRefused].Detail, StringComparison.Ordinal);

        await UntilAsync(() => outbox.Depth == 0);
        Assert.True(MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(On(topics.Capture)))).Replayed);
        await UntilAsync(() => alarms.Lasting.Count == 0);
    }

    [Fact]
    public async Task A_plant_is_told_after_each_capture_and_again_to_a_broker_that_has_lost_its_store()
    {
        await StartBrokerAsync();
        await link.StartAsync(Now);
        await publishing.StartAsync(Now);
        Record();
        Record();
        await UntilAsync(() => On(topics.Plant("a3")).Count == 2);

        server!.Dispose();
        heard.Clear();
        await StartBrokerAsync();
        await UntilAsync(() => On(topics.Plant("a3")).Count == 1);
        Assert.Contains("\"sequence\":2,", On(topics.Plant("a3"))[0], StringComparison.Ordinal);
        Assert.Empty(On(topics.Capture));
        Assert.Equal("online", On(topics.Status)[^1]);
    }

    [Fact]
    public async Task An_alarm_is_on_its_topic_while_it_lasts_and_in_the_health_message()
    {
        await StartBrokerAsync();
        await health.StartAsync(Now);
        await link.StartAsync(Now);

        // What an earlier run may have left behind is cleared.
        await UntilAsync(() => On(topics.Alarm(AlarmCode.CameraLost)).Contains(""));

        alarms.Raise(AlarmCode.CameraLost, AlarmSeverity.Critical, "unplugged");
        await UntilAsync(() => Last(topics.Alarm(AlarmCode.CameraLost)).Contains("unplugged", StringComparison.Ordinal));
        await UntilAsync(() => Last(topics.Health).Contains("\"alarms\":[\"camera-lost\"]", StringComparison.Ordinal));

        alarms.Clear(AlarmCode.CameraLost);
        await UntilAsync(() => Last(topics.Alarm(AlarmCode.CameraLost)).Length == 0);
        await UntilAsync(() => Last(topics.Health).Contains("\"alarms\":[]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_result_too_large_for_the_broker_goes_without_its_leaves_and_says_so()
    {
        await StartBrokerAsync();
        await link.StartAsync(Now);
        await link.ConnectedAsync(Now);
        link.MaximumPacketSize = 1200;
        await publishing.StartAsync(Now);
        Record();
        await UntilAsync(() => outbox.Depth == 0);
        CaptureResult sent = MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(On(topics.Capture))));
        Assert.Equal(["leaves"], sent.Omitted);
        Assert.Null(sent.Plants[0].Leaves);
        Assert.Equal(2, sent.Plants[0].LeafCount);
    }

    [Fact]
    public async Task A_broker_that_knows_only_MQTT_3_1_1_is_spoken_to_in_it()
    {
        await StartBrokerAsync();
        server!.ValidatingConnectionAsync += connection =>
        {
            if (connection.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500)
                connection.ReasonCode = MQTTnet.Protocol.MqttConnectReasonCode.UnsupportedProtocolVersion;
            return Task.CompletedTask;
        };
        await link.StartAsync(Now);
        await publishing.StartAsync(Now);
        Record();
        await UntilAsync(() => outbox.Depth == 0);
        Assert.Equal(2, MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(On(topics.Capture)))).Plants[0].LeafCount);
    }

    [Fact]
    public async Task Home_Assistant_is_told_again_when_it_starts_and_of_a_plant_that_is_gone_before_and_after()
    {
        HomeAssistantOptions options = new() { Enabled = true };
        RigName rig = new("ghent", "r17");
        HomeAssistantDiscovery discovery = new(options, rig, topics);
        MachineBoot boot = MachineBoot.Of(outbox.StoreId);
        Announcement announcement = new(
            topics,
            new InfoReport(boot, new ModelInUse(model), [new CameraStatus("top")]),
            new HealthReport(boot, outbox, counters, alarms, folder.Path, TimeProvider.System),
            outbox,
            discovery,
            new RigPlants(new HashSet<string> { "b1" }));
        BrokerOptions broker = new();
        using MqttLink other = new(broker, address, BrokerAccess.Load(broker), rig, announcement, alarms, TimeProvider.System, NullLogger<MqttLink>.Instance);
        using HomeAssistantBirth birth = new(options, other, announcement, NullLogger<HomeAssistantBirth>.Instance);
        outbox.Acknowledge(outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence))), [("a3", [1])]);
        await StartBrokerAsync();
        await other.StartAsync(Now);
        await birth.StartAsync(Now);

        // At birth: the stubs, then without them, then the plant's own topic is cleared, and never its numbers.
        await UntilAsync(() => On(topics.Plant("a3")).Count == 1);
        Assert.Equal("", On(topics.Plant("a3"))[0]);
        Assert.Equal([Stub, None], On(discovery.Topic).Select(PlantIn));

        heard.Clear();
        await server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(new MqttApplicationMessageBuilder().WithTopic("homeassistant/status").WithPayload("online").Build()), Now);
        await UntilAsync(() => On(topics.Health).Count == 1);
        Assert.Equal([Whole, Stub, None], On(discovery.Topic).Select(PlantIn));
        await birth.StopAsync(Now);
        await other.StopAsync(Now);
    }

    private const string Stub = "stub", Whole = "whole", None = "none";

    /// <summary>How the plant a3 stands in an announcement.</summary>
    private static string PlantIn(string announcement) =>
        System.Text.Json.Nodes.JsonNode.Parse(announcement)!["cmps"]!["plant_a3_leaf_count"] is not { } plant ? None : plant["uniq_id"] is null ? Stub : Whole;

    /// <summary>Failure 10 of the field: two clients with one id throw each other out for ever.</summary>
    [Fact]
    public async Task Another_client_with_the_same_id_is_an_alarm_and_the_rig_does_not_fight_for_it()
    {
        await StartBrokerAsync();
        await link.StartAsync(Now);
        await link.ConnectedAsync(Now);
        using MQTTnet.IMqttClient other = new MQTTnet.MqttClientFactory().CreateMqttClient();
        await other.ConnectAsync(
            new MQTTnet.MqttClientOptionsBuilder()
                .WithTcpServer(address.Host, address.Port)
                .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
                .WithClientId(new RigName("ghent", "r17").ClientId)
                .Build(),
            Now);
        await UntilAsync(() => told.ContainsKey(AlarmCode.SessionTaken));
        Assert.Contains("give each rig a name of its own", told[AlarmCode.SessionTaken], StringComparison.Ordinal);
    }

    private IReadOnlyList<string> On(string topic) => [.. heard.Where(h => h.Topic == topic).Select(h => h.Payload)];

    /// <summary>The newest payload of a topic; "nothing yet" where none was heard.</summary>
    private string Last(string topic) => On(topic) is [.., var newest] ? newest : "nothing yet";

    private async Task StartBrokerAsync(Action<InterceptingPublishEventArgs>? intercept = null)
    {
        MqttServerFactory factory = new();
        server = factory.CreateMqttServer(factory.CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(System.Net.IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(System.Net.IPAddress.None)
            .WithDefaultEndpointPort(address.Port)
            .WithDefaultEndpointReuseAddress()
            .Build());
        server.InterceptingPublishAsync += message =>
        {
            intercept?.Invoke(message);
            if (message.ProcessPublish)
                heard.Enqueue((message.ApplicationMessage.Topic, Encoding.UTF8.GetString(message.ApplicationMessage.Payload.ToArray())));
            return Task.CompletedTask;
        };
        await server.StartAsync();
    }

    private void Record() => outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence)));

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(Now);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (!isTrue())
            await Task.Delay(20, deadline.Token);
    }
}
