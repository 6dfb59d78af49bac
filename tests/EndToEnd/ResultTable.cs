using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LeafSeg.EndToEnd;

/// <summary>
/// What a greenhouse would write to keep results: a client with a session that lasts and a table into which each result
/// goes once, by its id. The broker has its acknowledgement after the row is there.
/// </summary>
internal sealed class ResultTable : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly SqliteConnection table;
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly MqttClientOptions options;
    private readonly string topic;
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private Task staying = Task.CompletedTask;
    private int count;
    private int deliveries;
    private int sessions;

    /// <param name="folder">Holds the table.</param>
    /// <param name="broker">Where the results are.</param>
    /// <param name="topic">The rig's results.</param>
    public ResultTable(string folder, Mosquitto broker, string topic)
    {
        this.topic = topic;
        options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", broker.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId("table")
            .WithCleanStart(false)
            .WithSessionExpiryInterval(3600)
            .Build();
        table = new SqliteConnection($"Data Source={Path.Combine(folder, "results.db")};Pooling=False");
        table.Open();
        using SqliteCommand create = table.CreateCommand();
        create.CommandText = """
            PRAGMA synchronous = OFF;
            CREATE TABLE capture (arrival INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, boot TEXT NOT NULL, sequence INTEGER NOT NULL) STRICT;
            """;
        create.ExecuteNonQuery();
    }

    /// <summary>Different results.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Messages, those that came twice included.</summary>
    public int Deliveries => Volatile.Read(ref deliveries);

    /// <summary>How often the broker did not know the session: 1, unless it has lost what it kept.</summary>
    public int Sessions => Volatile.Read(ref sessions);

    /// <summary>Returns once the broker has the subscription; from then on a lost connection is made again.</summary>
    public async Task StartAsync()
    {
        client.ApplicationMessageReceivedAsync += message =>
        {
            Keep(message.ApplicationMessage.Payload);
            return Task.CompletedTask;
        };
        await ConnectAsync();
        staying = StayAsync();
    }

    /// <summary>Waits for so many results; fails when none comes for a long time.</summary>
    public async Task UntilAsync(long results, Func<string> otherwise)
    {
        Stopwatch sinceLast = Stopwatch.StartNew();
        int before = Count;
        while (Count < results)
        {
            if (Count != before)
            {
                sinceLast.Restart();
            }

            before = Count;
            if (sinceLast.Elapsed > Patience)
            {
                Assert.Fail($"No result for {Patience.TotalSeconds} s; {Count} of {results} are there.\n{otherwise()}");
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Boot and sequence number of each result, in the order of their first arrival.</summary>
    public IReadOnlyList<(string Boot, long Sequence)> Rows()
    {
        lock (gate)
        {
            using SqliteCommand select = table.CreateCommand();
            select.CommandText = "SELECT boot, sequence FROM capture ORDER BY arrival";
            using SqliteDataReader row = select.ExecuteReader();
            List<(string, long)> rows = [];
            while (row.Read())
            {
                rows.Add((row.GetString(0), row.GetInt64(1)));
            }

            return rows;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await staying;
        client.Dispose();
        table.Dispose();
        end.Dispose();
    }

    private void Keep(ReadOnlySequence<byte> payload)
    {
        using JsonDocument result = JsonDocument.Parse(payload);
        lock (gate)
        {
            using SqliteCommand insert = table.CreateCommand();
            insert.CommandText = "INSERT INTO capture (id, boot, sequence) VALUES ($id, $boot, $sequence) ON CONFLICT (id) DO NOTHING";
            insert.Parameters.AddWithValue("$id", result.RootElement.GetProperty("id").GetString());
            insert.Parameters.AddWithValue("$boot", result.RootElement.GetProperty("boot").GetString());
            insert.Parameters.AddWithValue("$sequence", result.RootElement.GetProperty("sequence").GetInt64());
            Interlocked.Add(ref count, insert.ExecuteNonQuery());
            Interlocked.Increment(ref deliveries);
        }
    }

    private async Task ConnectAsync()
    {
        MqttClientConnectResult answer = await client.ConnectAsync(options, end.Token);
        if (answer.IsSessionPresent)
        {
            return;
        }

        Interlocked.Increment(ref sessions);
        await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, end.Token);
    }

    private async Task StayAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                if (!client.IsConnected)
                {
                    await ConnectAsync();
                }
            }
            catch (Exception e) when (e is MqttCommunicationException or SocketException or OperationCanceledException or InvalidOperationException)
            {
                // The broker is dead for the moment.
            }

            await Task.Delay(20, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
