using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Ingest;
using LeafSeg.EdgeAgent.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Npgsql;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Captures of one plant with nine leaves a second, into a PostgreSQL on this machine: through a broker that holds them, from memory, and
/// row by row, each capture in a transaction of its own, as a simple client would.
/// </summary>
internal static class IngestSpeed
{
    private const int Leaves = 9;
    private const int Rigs = 50;

    public static async Task RunAsync(string[] args)
    {
        (string database, string broker) = (args[0], args[1]);
        int captures = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 20_000;
        IngestOptions options = new() { Database = database, Name = "benchmark" };
        await using NpgsqlDataSource source = FleetDatabase.Source(options);
        await using (NpgsqlConnection connection = await source.OpenConnectionAsync())
        {
            await FleetSchema.CreateAsync(connection, CancellationToken.None);
        }

        Say("row by row", await RowByRowAsync(source, Made(captures / 20)), captures / 20);
        await using (FleetDatabase direct = await FleetDatabase.OpenAsync(source, "memory", TimeProvider.System, CancellationToken.None))
        {
            Delivery[] deliveries = [.. Made(captures).Select(Delivered)];
            Stopwatch watch = Stopwatch.StartNew();
            foreach (Delivery[] batch in deliveries.Chunk(options.BatchSize))
            {
                await direct.WriteAsync(batch, CancellationToken.None);
            }

            Say("from memory, without reading the messages", watch.Elapsed, captures);
        }

        Say("from the broker to the committed row", await FromBrokerAsync(options, broker, source, Made(captures)), captures);
    }

    private static async Task<TimeSpan> FromBrokerAsync(IngestOptions options, string broker, NpgsqlDataSource source, IEnumerable<CaptureResult> captures)
    {
        BrokerOptions brokerOptions = new() { Address = broker };
        await using Ingester ingester = new(options, brokerOptions, BrokerAddress.Parse(broker), BrokerAccess.Load(brokerOptions), source, TimeProvider.System, NullLogger<Ingester>.Instance);

        // The broker keeps for it what is published while it is away.
        await StopAfterAsync(ingester, TimeSpan.FromSeconds(2));
        long before = await CountAsync(source);
        using IMqttClient publisher = new MqttClientFactory().CreateMqttClient();
        BrokerAddress address = BrokerAddress.Parse(broker);
        await publisher.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer(address.Host, address.Port).WithProtocolVersion(MqttProtocolVersion.V500).Build());
        long published = 0;
        foreach (CaptureResult[] some in captures.Chunk(50))
        {
            await Task.WhenAll(some.Select(capture => publisher.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic(new Topics(capture.Site, capture.Rig).Capture).WithPayload(MessageJson.Write(capture)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build())));
            published += some.Length;
        }

        using CancellationTokenSource end = new();
        Stopwatch watch = Stopwatch.StartNew();
        Task running = ingester.RunAsync(end.Token);
        while (await CountAsync(source) < before + published)
        {
            await Task.Delay(200);
        }

        TimeSpan elapsed = watch.Elapsed;
        await end.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        return elapsed;
    }

    private static async Task StopAfterAsync(Ingester ingester, TimeSpan time)
    {
        using CancellationTokenSource end = new(time);
        await ingester.RunAsync(end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task<TimeSpan> RowByRowAsync(NpgsqlDataSource source, IEnumerable<CaptureResult> captures)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await using NpgsqlCommand create = new("""
            create table if not exists row_capture (id uuid primary key, rig text, sequence bigint, time timestamptz);
            create table if not exists row_plant (capture uuid, plant text, leaf_count int, area_px int, hull_px float8, compactness float8, stockiness float8, primary key (plant, capture));
            create table if not exists row_leaf (capture uuid, plant text, leaf int, score float8, area_px int, x float8, y float8);
            create index if not exists row_leaf_plant on row_leaf (plant, capture)
            """, connection);
        await create.ExecuteNonQueryAsync();
        CaptureResult[] all = [.. captures];
        Stopwatch watch = Stopwatch.StartNew();
        foreach (CaptureResult capture in all)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, "insert into row_capture values ($1, $2, $3, $4) on conflict do nothing", capture.Id, capture.Rig, capture.Sequence, capture.Time.UtcDateTime);
            CapturedPlant plant = capture.Plants[0];
            await ExecuteAsync(connection, "insert into row_plant values ($1, $2, $3, $4, $5, $6, $7)",
                capture.Id, plant.Plant, plant.LeafCount, plant.ProjectedLeafAreaPx, plant.ConvexHullAreaPx, plant.Compactness!, plant.Stockiness!);
            foreach (CapturedLeaf leaf in plant.Leaves!)
            {
                await ExecuteAsync(connection, "insert into row_leaf values ($1, $2, $3, $4, $5, $6, $7)", capture.Id, plant.Plant, leaf.Leaf, leaf.Score, leaf.AreaPx, leaf.Centroid[0], leaf.Centroid[1]);
            }

            await transaction.CommitAsync();
        }

        return watch.Elapsed;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // Constants of this file.
        await using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source)
    {
        await using NpgsqlCommand count = source.CreateCommand("select count(*) from leafseg.captures");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static Delivery Delivered(CaptureResult capture)
    {
        string topic = new Topics(capture.Site, capture.Rig).Capture;
        byte[] payload = MessageJson.Write(capture);
        return new Delivery(topic, payload, MessageReader.Read(topic, payload), _ => Task.CompletedTask);
    }

    private static IEnumerable<CaptureResult> Made(int count)
    {
        DateTimeOffset begin = DateTimeOffset.UtcNow.AddHours(-1);
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            DateTimeOffset time = begin.AddMilliseconds(i);
            yield return new CaptureResult
            {
                Id = Guid.CreateVersion7(time),
                Site = "benchmark",
                Rig = string.Create(CultureInfo.InvariantCulture, $"r{i % Rigs}"),
                Boot = "9c1e4a7d",
                Sequence = (i / Rigs) + 1,
                Time = time,
                Clock = new CaptureClock { State = ClockState.Synchronised, ErrorMs = 4, MonotonicNs = 812_345_678_901 },
                Trigger = new CaptureTrigger { Kind = TriggerKind.Schedule, EdgeMonotonicNs = null, MissedBefore = 0 },
                Camera = new CaptureCamera { Name = "top", Width = 2592, Height = 1944, ExposureUs = 8000 },
                Model = new CaptureModel { Name = "leafseg", Version = "1.0.0", Digest = $"sha256:{new string('0', 64)}", Provider = "CPU" },
                Quality = new CaptureQuality { Sharpness = 0.9, Saturated = 0, Dark = 0, Frozen = false },
                Scale = new CaptureScale { MmPerPx = 0.162, Source = ScaleSource.Setting },
                Plants =
                [
                    new CapturedPlant
                    {
                        Plant = "a3",
                        LeafCount = Leaves,
                        Series = 1,
                        LeafCountStable = Leaves,
                        LeafCountLow = Leaves - 1,
                        LeafCountHigh = Leaves + 1,
                        RelativeGrowthRatePerDay = 0.13,
                        ProjectedLeafAreaPx = 48_000 + random.Next(1000),
                        ProjectedLeafAreaMm2 = 1262.9,
                        ConvexHullAreaPx = 70_233,
                        Compactness = 0.685,
                        Stockiness = 0.41,
                        DiameterMm = 58.1,
                        InFrame = true,
                        Leaves = [.. Enumerable.Range(1, Leaves).Select(leaf => new CapturedLeaf
                        {
                            Leaf = leaf,
                            LeafId = leaf,
                            Score = 0.98,
                            AreaPx = 5000 + random.Next(1000),
                            AreaMm2 = 160.61,
                            LengthMm = 21.4,
                            WidthMm = 11.9,
                            PerimeterMm = 58.2,
                            Centroid = [412.5, 377],
                            Box = [370, 340, 455, 415],
                            HueDeg = 96.4,
                            Greenness = 0.4217,
                            InFrame = true,
                        })],
                    },
                ],
                TimingMs = new CaptureTiming { Expose = 8, Grab = 31, Queue = 0, Infer = 47.3, Measure = 6, Record = null },
                Replayed = false,
            };
        }
    }

    private static void Say(string what, TimeSpan elapsed, int captures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-46}{captures / elapsed.TotalSeconds,10:N0} captures/s   ({captures} in {elapsed.TotalSeconds:0.0} s)"));
}
