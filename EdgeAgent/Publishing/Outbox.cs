using LeafSeg.EdgeAgent.Commands;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>
/// Results on disk until the broker has acknowledged them. What <see cref="Record"/> has returned from is on the disk
/// and survives a power cut: SQLite with a write-ahead log, synchronised at every commit.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS store (id TEXT NOT NULL, last_sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS result (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS plant (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL, payload BLOB NOT NULL, sent INTEGER NOT NULL) STRICT;
        INSERT INTO store SELECT lower(hex(randomblob(16))), 0 WHERE NOT EXISTS (SELECT 1 FROM store);
        """;

    private readonly SqliteConnection connection;
    private readonly Lock gate = new();
    private readonly long firstOfThisRun;
    private TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long depth;

    private Outbox(SqliteConnection connection)
    {
        this.connection = connection;
        StoreId = (string)Scalar("SELECT id FROM store")!;
        firstOfThisRun = (long)Scalar("SELECT last_sequence FROM store")! + 1;
        depth = (long)Scalar("SELECT count(*) FROM result")!;
    }

    /// <summary>Another for every new file: sequence numbers count within one store.</summary>
    public string StoreId { get; }

    /// <summary>Results that wait for their acknowledgement.</summary>
    public long Depth => Interlocked.Read(ref depth);

    /// <exception cref="AgentException">The folder or the file cannot be used.</exception>
    public static Outbox Open(string stateFolder)
    {
        string path = Path.Combine(stateFolder, "outbox.db");
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(stateFolder);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();

            // Exclusive: a second agent on the same folder must fail here, not share the numbers.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Execute(connection, Schema);
            return new Outbox(connection);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            connection?.Dispose();
            throw new AgentException(ExitCode.Machine,
                $"{path}: another leafseg-agent uses this folder; stop it, or give this one its own (stateFolder, --state)", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new AgentException(ExitCode.Machine,
                $"{path}: cannot be used as the outbox ({e.Message}); expected a folder that can be written (stateFolder, --state) "
                + "and a whole SQLite file in it, or none", e);
        }
    }

    /// <summary>Gives a result the next sequence number and records it, all or nothing.</summary>
    /// <param name="payload">Makes the message for its sequence number.</param>
    /// <returns>The sequence number.</returns>
    public long Record(Func<long, byte[]> payload)
    {
        TaskCompletionSource waiting;
        long sequence;
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            sequence = (long)Scalar("UPDATE store SET last_sequence = last_sequence + 1 RETURNING last_sequence", transaction)!;
            using SqliteCommand insert = Command("INSERT INTO result VALUES ($sequence, $payload)", transaction);
            insert.Parameters.AddWithValue("$sequence", sequence);
            insert.Parameters.AddWithValue("$payload", payload(sequence));
            insert.ExecuteNonQuery();
            transaction.Commit();
            Interlocked.Increment(ref depth);
            waiting = recorded;
            recorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
        return sequence;
    }

    /// <summary>The oldest result; null when all are acknowledged.</summary>
    public OutboxEntry? Oldest()
    {
        lock (gate)
        {
            using SqliteCommand select = Command("SELECT sequence, payload FROM result ORDER BY sequence LIMIT 1");
            using SqliteDataReader row = select.ExecuteReader();
            if (!row.Read())
                return null;
            long sequence = row.GetInt64(0);
            return new OutboxEntry(sequence, row.GetFieldValue<byte[]>(1), FromEarlierRun: sequence < firstOfThisRun);
        }
    }

    /// <summary>Waits for the oldest result.</summary>
    public async Task<OutboxEntry> OldestAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (gate)
                more = recorded.Task;
            if (Oldest() is { } entry)
                return entry;
            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The broker has acknowledged a result: it goes, and the numbers of its plants wait to be sent, unless newer ones
    /// are known already. All or nothing.
    /// </summary>
    public void Acknowledge(long sequence, IReadOnlyList<(string Plant, byte[] Payload)> plants)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            using SqliteCommand delete = Command("DELETE FROM result WHERE sequence = $sequence", transaction);
            delete.Parameters.AddWithValue("$sequence", sequence);
            int deleted = delete.ExecuteNonQuery();
            foreach ((string plant, byte[] payload) in plants)
            {
                using SqliteCommand upsert = Command(
                    """
                    INSERT INTO plant VALUES ($name, $sequence, $payload, 0)
                    ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence, payload = excluded.payload, sent = 0
                    WHERE excluded.sequence > plant.sequence
                    """,
                    transaction);
                upsert.Parameters.AddWithValue("$name", plant);
                upsert.Parameters.AddWithValue("$sequence", sequence);
                upsert.Parameters.AddWithValue("$payload", payload);
                upsert.ExecuteNonQuery();
            }

            transaction.Commit();
            Interlocked.Add(ref depth, -deleted);
        }
    }

    /// <summary>The newest numbers of each plant.</summary>
    public IReadOnlyList<PlantEntry> Plants() => SelectPlants("SELECT name, sequence, payload FROM plant ORDER BY name");

    /// <summary>The newest numbers of each plant that are not on the plant's topic yet.</summary>
    public IReadOnlyList<PlantEntry> UnsentPlants() =>
        SelectPlants("SELECT name, sequence, payload FROM plant WHERE sent = 0 ORDER BY name");

    /// <summary>The broker has acknowledged a plant's numbers.</summary>
    public void AcknowledgePlant(PlantEntry entry)
    {
        lock (gate)
        {
            using SqliteCommand update = Command("UPDATE plant SET sent = 1 WHERE name = $name AND sequence = $sequence");
            update.Parameters.AddWithValue("$name", entry.Plant);
            update.Parameters.AddWithValue("$sequence", entry.Sequence);
            update.ExecuteNonQuery();
        }
    }

    public void Dispose() => connection.Dispose();

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private List<PlantEntry> SelectPlants(string sql)
    {
        lock (gate)
        {
            using SqliteCommand select = Command(sql);
            using SqliteDataReader row = select.ExecuteReader();
            List<PlantEntry> plants = [];
            while (row.Read())
                plants.Add(new PlantEntry(row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)));
            return plants;
        }
    }

    private object? Scalar(string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = Command(sql, transaction);
        return command.ExecuteScalar();
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction = null)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return command;
    }
}
