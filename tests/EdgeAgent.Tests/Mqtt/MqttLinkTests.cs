using System.Collections.Concurrent;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Outbox;
using LeafSeg.EdgeAgent.Tests.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Server;

namespace LeafSeg.EdgeAgent.Tests.Mqtt;

/// <summary>The link, the publishing loop and the health loop against a broker in the same process.</summary>
public sealed class MqttLinkTests : IAsyncDisposable
{
    private readonly LinkBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task A_refused_result_is_an_alarm_and_is_sent_again_marked_as_such()
    {
        int refusals = 2;
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != bench.Topics.Capture || refusals-- <= 0)
            {
                return;
            }

            message.ProcessPublish = false;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.QuotaExceeded;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Alarms.Lasting.ContainsKey(AlarmCode.ResultsRefused));
        Assert.Contains("QuotaExceeded", bench.Alarms.Lasting[AlarmCode.ResultsRefused].Detail, StringComparison.Ordinal);

        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.True(MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture)))).Replayed);
        await LinkBench.UntilAsync(() => bench.Alarms.Lasting.Count == 0);
    }

    /// <summary>A broker whose access list is older than the events: it refuses them, or hangs up over each.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_the_broker_does_not_take_holds_no_result_back(bool hangsUp)
    {
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != bench.Topics.Event("leaf-born"))
            {
                return;
            }

            message.ProcessPublish = false;
            message.CloseConnection = hangsUp;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.NotAuthorized;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Outbox.Record(sequence =>
        {
            CaptureResult capture = Captures.Any(sequence);
            CapturedEvent born = new() { Id = Guid.CreateVersion7(), Kind = "leaf-born", Time = capture.Time, LeafId = 1 };
            return MessageJson.Write(capture with { Plants = [capture.Plants[0] with { Events = [born] }] });
        });
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal([1L, 2L], bench.On(bench.Topics.Capture).Select(c => MessageJson.ReadCapture(Encoding.UTF8.GetBytes(c)).Sequence).Distinct());
        Assert.False(Directory.Exists(bench.SetAside));
        Assert.DoesNotContain(AlarmCode.ResultsRefused, bench.Raised.Keys);
        Assert.Equal(!hangsUp, bench.Raised.ContainsKey(AlarmCode.AnnouncementRefused));
    }

    /// <summary>As mosquitto 2.0.11 without a limit of queued messages (findings/mosquitto-unlimited-queue.sh).</summary>
    [Fact]
    public async Task A_broker_that_hangs_up_after_each_refusal_still_gets_all_results()
    {
        ConcurrentQueue<string> refused = new();
        await bench.StartBrokerAsync(message =>
        {
            string topic = message.ApplicationMessage.Topic;
            if (topic != bench.Topics.Info && topic != bench.Topics.Health && topic != bench.Topics.Plant("a3"))
            {
                return;
            }

            refused.Enqueue(topic);
            message.ProcessPublish = false;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.NotAuthorized;
            string client = message.ClientId;
            _ = Task.Run(async () =>
            {
                await Task.Delay(20, LinkBench.Now);
                await bench.Server!.DisconnectClientAsync(client);
            }, LinkBench.Now);
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        await bench.Health.StartAsync(LinkBench.Now);
        for (int i = 0; i < 20; i++)
        {
            bench.Record();
            await Task.Delay(20, LinkBench.Now);
        }

        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), bench.On(bench.Topics.Capture).Select(c => MessageJson.ReadCapture(Encoding.UTF8.GetBytes(c)).Sequence).Distinct());
        Assert.False(Directory.Exists(bench.SetAside));
        Assert.Contains(AlarmCode.AnnouncementRefused, bench.Alarms.Lasting.Keys);

        // By now it knows, and does not ask for the next hang-up.
        int before = refused.Count;
        bench.Record();
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(before, refused.Count);
    }

    [Fact]
    public async Task A_broker_that_hangs_up_over_a_topic_of_the_former_name_is_not_asked_again_and_again()
    {
        const string Refused = "leafseg/v1/leuven/r17/info";
        int refusals = 0;
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic == Refused)
            {
                refusals++;
                message.CloseConnection = true;
            }
        });
        using FormerNameCleanup cleanup = bench.NewCleanup(new AnnouncedName("leuven", "r17", null, "9c1e4a7d", ["a3"]));
        await bench.Link.StartAsync(LinkBench.Now);
        await cleanup.StartAsync(LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.Raised.ContainsKey(AlarmCode.AnnouncementRefused));
        Assert.EndsWith("remove " + bench.AnnouncedNamesFile, bench.Raised[AlarmCode.AnnouncementRefused], StringComparison.Ordinal);
        Assert.Contains($"clear it: {Refused}. ", bench.Raised[AlarmCode.AnnouncementRefused], StringComparison.Ordinal);
        Assert.Equal(3, refusals);
        Assert.Contains("leafseg/v1/leuven/r17/status", bench.Received.Select(received => received.Topic));
        await cleanup.StopAsync(LinkBench.Now);
    }

    [Fact]
    public async Task A_plant_is_told_after_each_capture_and_again_to_a_broker_that_has_lost_its_store()
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        bench.Record();
        await LinkBench.UntilAsync(() => bench.On(bench.Topics.Plant("a3")).Count == 2);

        bench.Server!.Dispose();
        bench.Received.Clear();
        await bench.StartBrokerAsync();
        await LinkBench.UntilAsync(() => bench.On(bench.Topics.Plant("a3")).Count == 1);
        Assert.Contains("\"sequence\":2,", bench.On(bench.Topics.Plant("a3"))[0], StringComparison.Ordinal);
        Assert.Equal("online", bench.On(bench.Topics.Status)[^1]);
    }

    [Fact]
    public async Task What_a_broker_acknowledged_and_forgot_goes_again_before_what_is_new_and_turns_no_plant_back()
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0 && bench.Outbox.UnsentPlants().Count == 0);

        bench.Server!.Dispose();
        bench.Received.Clear();
        bench.Record();
        await bench.StartBrokerAsync();
        await LinkBench.UntilAsync(() => bench.Counters.Acknowledged.Value == 3 && bench.Outbox.UnsentPlants().Count == 0);
        CaptureResult[] again = [.. bench.On(bench.Topics.Capture).Select(c => MessageJson.ReadCapture(Encoding.UTF8.GetBytes(c)))];
        Assert.Equal([1, 2, 3], again.Select(c => c.Sequence));
        Assert.All(again.Take(2), c => Assert.True(c.Replayed));
        Assert.Equal([2, 3], bench.On(bench.Topics.Plant("a3")).Select(p => MessageJson.ReadPlant(Encoding.UTF8.GetBytes(p)).Sequence));
    }

    [Fact]
    public async Task An_alarm_is_on_its_topic_while_it_lasts_and_in_the_health_message()
    {
        await bench.StartBrokerAsync();
        await bench.Health.StartAsync(LinkBench.Now);
        await bench.Link.StartAsync(LinkBench.Now);

        // What an earlier run may have left behind is cleared.
        await LinkBench.UntilAsync(() => bench.On(bench.Topics.Alarm(AlarmCode.CameraLost)).Contains(""));

        bench.Alarms.Raise(AlarmCode.CameraLost, AlarmSeverity.Critical, "unplugged");
        await LinkBench.UntilAsync(() => bench.Last(bench.Topics.Alarm(AlarmCode.CameraLost)).Contains("unplugged", StringComparison.Ordinal));
        await LinkBench.UntilAsync(() => bench.Last(bench.Topics.Health).Contains("\"alarms\":[\"camera-lost\"]", StringComparison.Ordinal));

        bench.Alarms.Clear(AlarmCode.CameraLost);
        await LinkBench.UntilAsync(() => bench.Last(bench.Topics.Alarm(AlarmCode.CameraLost)).Length == 0);
        await LinkBench.UntilAsync(() => bench.Last(bench.Topics.Health).Contains("\"alarms\":[]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_result_too_large_for_the_broker_goes_without_its_leaves_and_says_so()
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Link.ConnectedAsync(LinkBench.Now);
        bench.Link.MaximumPacketSize = 1200;
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        CaptureResult sent = MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture))));
        Assert.Equal(["leaves"], sent.Omitted);
        Assert.Null(sent.Plants[0].Leaves);
        Assert.Equal(2, sent.Plants[0].LeafCount);
    }

    [Fact]
    public async Task A_broker_that_knows_only_MQTT_3_1_1_is_spoken_to_in_it()
    {
        await bench.StartBrokerAsync();
        bench.Server!.ValidatingConnectionAsync += connection =>
        {
            if (connection.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500)
            {
                connection.ReasonCode = MQTTnet.Protocol.MqttConnectReasonCode.UnsupportedProtocolVersion;
            }

            return Task.CompletedTask;
        };
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(2, MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture)))).Plants[0].LeafCount);
    }

    [Fact]
    public async Task Home_Assistant_is_told_again_when_it_starts_and_of_a_plant_that_is_gone_before_and_after()
    {
        HomeAssistantOptions options = new() { Enabled = true };
        HomeAssistantDiscovery discovery = new(options, bench.Rig, bench.Topics);
        Announcement announcement = bench.NewAnnouncement(discovery, new RigPlants(new HashSet<string> { "b1" }));
        using MqttLink other = bench.NewLink(announcement, new BrokerOptions());
        using HomeAssistantBirth birth = new(options, other, announcement, NullLogger<HomeAssistantBirth>.Instance);
        bench.Outbox.Acknowledge(bench.Outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence))), [("a3", [1])]);
        await bench.StartBrokerAsync();
        await other.StartAsync(LinkBench.Now);
        await birth.StartAsync(LinkBench.Now);

        // At birth: the stubs, then without them, then the plant's own topic is cleared, and never its numbers.
        await LinkBench.UntilAsync(() => bench.On(bench.Topics.Plant("a3")).Count == 1);
        Assert.Equal("", bench.On(bench.Topics.Plant("a3"))[0]);
        Assert.Equal([Stub, None], bench.On(discovery.Topic).Select(PlantIn));

        bench.Received.Clear();
        await bench.Server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(new MqttApplicationMessageBuilder().WithTopic("homeassistant/status").WithPayload("online").Build()), LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.On(bench.Topics.Health).Count == 1);
        Assert.Equal([Whole, Stub, None], bench.On(discovery.Topic).Select(PlantIn));
        await birth.StopAsync(LinkBench.Now);
        await other.StopAsync(LinkBench.Now);
    }

    private const string Stub = "stub", Whole = "whole", None = "none";

    /// <summary>The plant a3 in an announcement.</summary>
    private static string PlantIn(string announcement) =>
        System.Text.Json.Nodes.JsonNode.Parse(announcement)!["cmps"]!["plant_a3_leaf_count"] is not { } plant ? None : plant["uniq_id"] is null ? Stub : Whole;

    /// <summary>The broker reads nothing for a while, so that a large message is on its way by half when its sender gives up.</summary>
    [Fact]
    public async Task A_message_that_nobody_waits_for_any_longer_arrives_whole_and_so_does_the_next()
    {
        const int Large = 6 << 20;
        using ManualResetEventSlim reads = new();
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic == "stop")
            {
                reads.Wait(LinkBench.Now);
            }
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Link.ConnectedAsync(LinkBench.Now);
        Task stop = bench.Link.PublishAsync(Message("stop", 1), LinkBench.Now);
        using (CancellationTokenSource impatience = new(TimeSpan.FromMilliseconds(300)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Link.PublishAsync(Message("large", Large), impatience.Token));
        }

        Task next = bench.Link.PublishAsync(Message("next", 3), LinkBench.Now);
        reads.Set();
        await Task.WhenAll(stop, next);
        Assert.Equal((Large, "aaa"), (Assert.Single(bench.On("large")).Length, Assert.Single(bench.On("next"))));

        static OutgoingMessage Message(string topic, int length) => new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(new string('a', length)) };
    }

    /// <summary>Failure 10 of the field: two clients with one id throw each other out for ever.</summary>
    [Fact]
    public async Task Another_client_with_the_same_id_is_an_alarm_that_the_broker_hears_until_the_session_is_left_alone()
    {
        await bench.StartBrokerAsync();
        await bench.Health.StartAsync(LinkBench.Now);
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Link.ConnectedAsync(LinkBench.Now);
        string topic = bench.Topics.Alarm(AlarmCode.SessionTaken);
        await LinkBench.UntilAsync(() => bench.Last(topic).Length == 0);
        using MQTTnet.IMqttClient other = new MQTTnet.MqttClientFactory().CreateMqttClient();
        await other.ConnectAsync(
            new MQTTnet.MqttClientOptionsBuilder()
                .WithTcpServer(bench.Address.Host, bench.Address.Port)
                .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
                .WithClientId(bench.Rig.ClientId)
                .Build(),
            LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.On(topic).Any(m => m.Contains("give each rig a name of its own", StringComparison.Ordinal)));
        await LinkBench.UntilAsync(() => bench.Last(topic).Length == 0);
    }

    /// <summary>As an access list does that lacks the rig's newest topic.</summary>
    [Fact]
    public async Task A_broker_that_refuses_an_announcement_gets_the_results_and_the_refusal_is_an_alarm()
    {
        bool allows = false;
        await bench.StartBrokerAsync(message =>
        {
            if (allows || (message.ApplicationMessage.Topic != bench.Topics.Info && message.ApplicationMessage.Topic != bench.Topics.Plant("a3")))
            {
                return;
            }

            message.ProcessPublish = false;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.NotAuthorized;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(2, bench.On(bench.Topics.Capture).Count);
        Assert.Contains("NotAuthorized", bench.Alarms.Lasting[AlarmCode.AnnouncementRefused].Detail, StringComparison.Ordinal);

        allows = true;
        bench.Server!.Dispose();
        await bench.StartBrokerAsync();
        await LinkBench.UntilAsync(() => bench.Alarms.Lasting.Count == 0);
    }

    [Fact]
    public async Task A_rig_whose_health_is_refused_still_says_that_it_stops()
    {
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != bench.Topics.Health)
            {
                return;
            }

            message.ProcessPublish = false;
            message.Response.ReasonCode = MQTTnet.Protocol.MqttPubAckReasonCode.NotAuthorized;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Link.ConnectedAsync(LinkBench.Now);
        await bench.Link.StopAsync(LinkBench.Now);
        Assert.Equal(["online", "stopped"], bench.On(bench.Topics.Status));
    }

    [Fact]
    public async Task A_result_too_large_even_without_its_leaves_is_set_aside_with_an_alarm_and_the_next_is_sent()
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        long connection = await bench.Link.ConnectedAsync(LinkBench.Now);
        bench.Link.MaximumPacketSize = 600;
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Contains("packets of 600 bytes", bench.Alarms.Lasting[AlarmCode.ResultsSetAside].Detail, StringComparison.Ordinal);
        Assert.Equal(1, MessageJson.ReadCapture(File.ReadAllBytes(Assert.Single(Directory.GetFiles(bench.SetAside)))).Sequence);

        bench.Link.MaximumPacketSize = null;
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(2, MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture)))).Sequence);
        Assert.Equal(connection, await bench.Link.ConnectedAsync(LinkBench.Now));
    }

    /// <summary>As mosquitto does with message_size_limit, which it does not announce.</summary>
    [Theory]
    [InlineData(1000, 2, 0)]
    [InlineData(300, 0, 2)]
    public async Task A_limit_that_the_broker_has_not_announced_costs_leaf_detail_or_the_one_result(int limit, int sent, int kept)
    {
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != bench.Topics.Capture || message.ApplicationMessage.Payload.Length <= limit)
            {
                return;
            }

            message.ProcessPublish = false;
            message.Response.ReasonCode = (MQTTnet.Protocol.MqttPubAckReasonCode)0x95;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.All(bench.On(bench.Topics.Capture), c => Assert.Equal(["leaves"], MessageJson.ReadCapture(Encoding.UTF8.GetBytes(c)).Omitted));
        Assert.Equal((sent, kept), (bench.On(bench.Topics.Capture).Count, Directory.Exists(bench.SetAside) ? Directory.GetFiles(bench.SetAside).Length : 0));
        Assert.Equal(kept > 0, bench.Alarms.Lasting.ContainsKey(AlarmCode.ResultsSetAside));
    }

    /// <summary>As a broker of MQTT 3.1.1 does with what is too large for it: it has no other way to say so.</summary>
    [Fact]
    public async Task A_result_over_which_the_broker_hangs_up_goes_without_its_leaves()
    {
        await bench.StartBrokerAsync(message =>
        {
            if (message.ApplicationMessage.Topic != bench.Topics.Capture || message.ApplicationMessage.Payload.Length <= 1000)
            {
                return;
            }

            message.ProcessPublish = false;
            message.CloseConnection = true;
        });
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(["leaves"], MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture)))).Omitted);
        Assert.False(Directory.Exists(bench.SetAside));
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("""{ "schema": "of.another.program/1" }""")]
    [InlineData("[]")]
    public async Task A_recorded_row_that_is_no_result_is_set_aside_and_the_next_is_sent(string row)
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        bench.Outbox.Record(_ => Encoding.UTF8.GetBytes(row));
        bench.Record();
        await bench.Publishing.StartAsync(LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        Assert.Equal(2, MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture)))).Sequence);
        Assert.Equal(row, File.ReadAllText(Assert.Single(Directory.GetFiles(bench.SetAside))));
        Assert.Contains("cannot be read", bench.Alarms.Lasting[AlarmCode.ResultsSetAside].Detail, StringComparison.Ordinal);
    }

    /// <summary>As behind a proxy, which takes connections while its broker is away.</summary>
    [Fact]
    public async Task MQTT_5_is_tried_first_again_after_a_broker_that_hung_up()
    {
        ConcurrentQueue<MQTTnet.Formatter.MqttProtocolVersion> tried = new();
        await bench.StartBrokerAsync();
        bench.Server!.ValidatingConnectionAsync += connection =>
        {
            tried.Enqueue(connection.ProtocolVersion);
            connection.ReasonCode = tried.Count switch
            {
                1 => MQTTnet.Protocol.MqttConnectReasonCode.UnsupportedProtocolVersion,
                2 => MQTTnet.Protocol.MqttConnectReasonCode.ServerUnavailable,
                _ => MQTTnet.Protocol.MqttConnectReasonCode.Success,
            };
            return Task.CompletedTask;
        };
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Link.ConnectedAsync(LinkBench.Now);
        Assert.Equal(
            [MQTTnet.Formatter.MqttProtocolVersion.V500, MQTTnet.Formatter.MqttProtocolVersion.V311, MQTTnet.Formatter.MqttProtocolVersion.V500], tried);
    }

    [Fact]
    public async Task What_waited_tells_nothing_of_a_plant_that_the_settings_name_no_longer()
    {
        bench.Record();
        Announcement announcement = bench.NewAnnouncement(plants: new RigPlants(new HashSet<string> { "b1" }));
        using MqttLink link = bench.NewLink(announcement, new BrokerOptions());
        using PublishingLoop publishing = bench.NewPublishing(link, announcement);
        await bench.StartBrokerAsync();
        await link.StartAsync(LinkBench.Now);
        await publishing.StartAsync(LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0 && bench.Outbox.UnsentPlants().Count == 0);
        Assert.Single(bench.On(bench.Topics.Capture));
        Assert.Empty(bench.On(bench.Topics.Plant("a3")));
        await publishing.StopAsync(LinkBench.Now);
        await link.StopAsync(LinkBench.Now);
    }

    /// <summary>A rig without a clock of its own has taken pictures in 1970; another start of the machine says nothing of now.</summary>
    [Theory]
    [InlineData(4.0, true, ClockState.Synchronised)]
    [InlineData(4.0, false, ClockState.Unsynchronised)]
    [InlineData(null, true, ClockState.Unsynchronised)]
    public async Task A_capture_of_before_the_clock_was_right_is_stamped_when_it_is(double? errorMs, bool ofThisBoot, ClockState sent)
    {
        long minuteAgo = TimeProvider.System.MonotonicNs() - 60_000_000_000;
        string boot = ofThisBoot ? MachineBoot.Of(bench.Outbox.StoreId).Id : "9c1e4a7d";
        bench.Outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence) with
        {
            Boot = boot,
            Clock = new CaptureClock { State = ClockState.Unsynchronised, ErrorMs = null, MonotonicNs = minuteAgo },
        }));
        bench.ClockErrorMs = errorMs;
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0 && bench.Outbox.UnsentPlants().Count == 0);

        CaptureResult capture = MessageJson.ReadCapture(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Capture))));
        PlantState plant = MessageJson.ReadPlant(Encoding.UTF8.GetBytes(Assert.Single(bench.On(bench.Topics.Plant("a3")))));
        DateTimeOffset right = sent == ClockState.Synchronised ? DateTimeOffset.UtcNow.AddMinutes(-1) : DateTimeOffset.UnixEpoch;
        Assert.Equal((sent, sent == ClockState.Synchronised ? errorMs : null), (capture.Clock.State, capture.Clock.ErrorMs));
        Assert.InRange(capture.Time, right.AddSeconds(-30), right.AddSeconds(30));
        Assert.Equal(capture.Time, plant.Time);
    }

    [Fact]
    public void A_clock_that_was_right_and_is_no_longer_set_is_in_holdover()
    {
        Assert.Equal((ClockState.Unsynchronised, null), bench.WallClock.Read());
        bench.ClockErrorMs = 4;
        Assert.Equal((ClockState.Synchronised, 4.0), bench.WallClock.Read());
        bench.ClockErrorMs = null;
        Assert.Equal((ClockState.Holdover, null), bench.WallClock.Read());
    }
}
