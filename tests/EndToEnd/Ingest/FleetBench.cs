using System.Text.Json;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EndToEnd.Ingest;

/// <summary>A real broker, a database with tables, ingesters, and a client that publishes what rigs would.</summary>
internal sealed class FleetBench : IAsyncDisposable
{
    // It saves every second. At every change, its whole store of a fleet would be written for each message.
    private const string Settings = """
        max_inflight_messages 0
        max_queued_messages 0
        autosave_interval 1
        """;

    private readonly TemporaryFolder folder = new();
    private readonly List<ChildProcess> ingesters = [];
    private IMqttClient? publisher;

    private FleetBench(string database)
    {
        Database = database;
        Mosquitto = new Mosquitto(folder.Path, Settings);
    }

    public string Folder => folder.Path;

    public string Database { get; }

    public Mosquitto Mosquitto { get; }

    /// <summary>With tables, unless they are not wanted.</summary>
    public static async Task<FleetBench> StartAsync(string database, bool withTables = true)
    {
        FleetBench bench = new(database);
        await bench.Mosquitto.StartAsync();
        if (withTables)
        {
            using ChildProcess create = AgentProcess.Start("ingest", "create", "--database", database);
            Assert.True(await create.ExitCodeAsync() == 0, create.Errors);
        }

        return bench;
    }

    /// <summary>Waits until the broker has its subscription.</summary>
    public async Task<ChildProcess> IngesterAsync(string name = "a", int batchSize = 1000)
    {
        ChildProcess ingester = StartIngester(name, batchSize);
        await ingester.UntilAsync("the ingester is connected", () => ingester.HasExited || ingester.Errors.Contains("Connected to the broker", StringComparison.Ordinal));
        Assert.False(ingester.HasExited, ingester.Errors);
        return ingester;
    }

    public ChildProcess StartIngester(string name = "a", int batchSize = 1000)
    {
        string settings = Path.Combine(Folder, $"ingest-{name}.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            broker = new { address = Mosquitto.Address, retryFirstSeconds = 0.1, retryLongestSeconds = 0.5 },
            ingest = new { database = Database, name, batchSize },
        }));
        ChildProcess ingester = AgentProcess.Start("ingest", "--settings", settings);
        ingesters.Add(ingester);
        return ingester;
    }

    public Task PublishAsync(params IEnumerable<CaptureResult> captures) =>
        PublishAsync(captures.Select(capture => (new Topics(capture.Site, capture.Rig).Capture, MessageJson.Write(capture), false)));

    public async Task PublishAsync(IEnumerable<(string Topic, byte[] Payload, bool Retain)> messages)
    {
        if (publisher is not { IsConnected: true })
        {
            publisher?.Dispose();
            publisher = new MqttClientFactory().CreateMqttClient();
            await publisher.ConnectAsync(
                new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Mosquitto.Port).WithProtocolVersion(MqttProtocolVersion.V500).Build(), TestContext.Current.CancellationToken);
        }

        foreach ((string topic, byte[] payload, bool retain) in messages)
        {
            await publisher.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic(topic).WithPayload(payload).WithRetainFlag(retain).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);
        }
    }

    public Task<long> CountAsync(string from) => Postgres.CountAsync(Database, from);

    public Task<IReadOnlyList<string>> RowsAsync(string sql) => Postgres.RowsAsync(Database, sql);

    /// <summary>Waits until a query of one number gives this one.</summary>
    public Task UntilAsync(long expected, string from) => ingesters[^1].UntilAsync($"{expected} of {from}", async () => await CountAsync(from) == expected);

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess ingester in ingesters)
        {
            ingester.Dispose();
        }

        publisher?.Dispose();
        Mosquitto.Dispose();
        await Task.CompletedTask;
        folder.Dispose();
    }
}
