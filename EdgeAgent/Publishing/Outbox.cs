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

    /// <summary>Of the tables above; 0 is a file from before it was written down, with the same tables.</summary>
    private const long SchemaVersion = 1;

    private readonly SqliteConnection connection;
    private readonly OutboxLimit limit;
    private readonly Lock gate = new();
    private readonly long firstOfThisRun;
    private TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long depth;
    private long bytes;
    private long shortened;
    private long dropped;
    private long shortenedUpTo;

    private Outbox(SqliteConnection connection, OutboxLimit limit)
    {
        this.connection = connection;
        this.limit = limit;
        StoreId = (string)Scalar("SELECT id FROM store")!;
        firstOfThisRun = (long)Scalar("SELECT last_sequence FROM store")! + 1;
        depth = (long)Scalar("SELECT count(*) FROM result")!;
        bytes = (long)Scalar("SELECT coalesce(sum(length(payload)), 0) FROM result")!;
    }

    /// <summary>Another for every new file: sequence numbers count within one store.</summary>
    public string StoreId { get; }

    /// <summary>Results that wait for their acknowledgement.</summary>
    public long Depth => Interlocked.Read(ref depth);

    /// <summary>Bytes of the results that wait.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    public OutboxLimit Limit => limit;

    /// <summary>Results of this run that gave up their leaves for want of room.</summary>
    public long Shortened => Interlocked.Read(ref shortened);

    /// <summary>Results of this run that were given up for want of room.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <param name="stateFolder">Made where it is missing.</param>
    /// <param name="limit">Null: none.</param>
    /// <exception cref="AgentException">The folder or the file cannot be used.</exception>
    public static Outbox Open(string stateFolder, OutboxLimit? limit = null)
    {
        string path = Path.Combine(stateFolder, "outbox.db");
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(stateFolder);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();

            // Before anything is written: a file of a newer agent must stay as it is.
            ThrowIfNewer(connection, path);

            // Exclusive: a second agent on the same folder must fail here, not share the numbers.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Execute(connection, Schema);
            Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
            return new Outbox(connection, limit ?? OutboxLimit.None);
        }
        catch (AgentException)
        {
            connection?.Dispose();
            throw;
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
            Room room = new() { ShortenedUpTo = shortenedUpTo };
            sequence = (long)Scalar("UPDATE store SET last_sequence = last_sequence + 1 RETURNING last_sequence", transaction)!;
            using SqliteCommand insert = Command("INSERT INTO result VALUES ($sequence, $payload)", transaction);
            insert.Parameters.AddWithValue("$sequence", sequence);
            byte[] message = payload(sequence);
            insert.Parameters.AddWithValue("$payload", message);
            insert.ExecuteNonQuery();
            MakeRoom(room, bytes + message.Length - limit.WithoutPicturesBytes, sequence, transaction);
            transaction.Commit();
            Interlocked.Add(ref bytes, message.Length - room.Freed);
            Interlocked.Add(ref depth, 1 - room.Dropped);
            Interlocked.Add(ref shortened, room.Shortened);
            Interlocked.Add(ref dropped, room.Dropped);
            shortenedUpTo = room.ShortenedUpTo;
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
            using SqliteCommand delete = Command("DELETE FROM result WHERE sequence = $sequence RETURNING length(payload)", transaction);
            delete.Parameters.AddWithValue("$sequence", sequence);
            long? deleted = (long?)delete.ExecuteScalar();
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
            if (deleted is null)
                return;
            Interlocked.Decrement(ref depth);
            Interlocked.Add(ref bytes, -deleted.Value);
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

    private static void ThrowIfNewer(SqliteConnection connection, string path)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        long version = (long)command.ExecuteScalar()!;
        if (version > SchemaVersion)
        {
            throw new AgentException(ExitCode.Machine,
                $"{path}: found an outbox of version {version}, expected {SchemaVersion} or older: a newer leafseg-agent wrote it, and nothing "
                + "was changed; install that agent again, or give this one a folder of its own (stateFolder, --state)");
        }
    }

    /// <summary>
    /// Oldest first: leaves go before any result does. A result that goes leaves a hole in the sequence, by which its
    /// loss is seen downstream.
    /// </summary>
    private void MakeRoom(Room room, long needed, long newest, SqliteTransaction transaction)
    {
        while (room.Freed < needed && Waiting(after: room.ShortenedUpTo, before: newest, transaction) is { } result)
        {
            byte[] shorter = LeafDetail.Without(result.Payload);
            room.ShortenedUpTo = result.Sequence;
            if (shorter.Length >= result.Payload.Length)
                continue;
            using SqliteCommand update = Command("UPDATE result SET payload = $payload WHERE sequence = $sequence", transaction);
            update.Parameters.AddWithValue("$sequence", result.Sequence);
            update.Parameters.AddWithValue("$payload", shorter);
            update.ExecuteNonQuery();
            room.Freed += result.Payload.Length - shorter.Length;
            room.Shortened++;
        }

        while (room.Freed < needed && Waiting(after: 0, before: newest, transaction) is { } result)
        {
            using SqliteCommand delete = Command("DELETE FROM result WHERE sequence = $sequence", transaction);
            delete.Parameters.AddWithValue("$sequence", result.Sequence);
            delete.ExecuteNonQuery();
            room.Freed += result.Payload.Length;
            room.Dropped++;
        }
    }

    private (long Sequence, byte[] Payload)? Waiting(long after, long before, SqliteTransaction transaction)
    {
        using SqliteCommand select = Command(
            "SELECT sequence, payload FROM result WHERE sequence > $after AND sequence < $before ORDER BY sequence LIMIT 1", transaction);
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$before", before);
        using SqliteDataReader row = select.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

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

    /// <summary>What one recording has freed; counted only once it is on the disk.</summary>
    private sealed class Room
    {
        public long Freed { get; set; }

        public long Shortened { get; set; }

        public long Dropped { get; set; }

        /// <summary>The results up to this one have no leaves to give any more.</summary>
        public long ShortenedUpTo { get; set; }
    }
}
