using System.Data;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>
/// Results on disk until the broker has acknowledged them, and a while longer. What <see cref="Record"/> has returned from is on the disk
/// and survives a power cut: SQLite with a write-ahead log, synchronised at every commit.
/// </summary>
/// <remarks>
/// An acknowledgement is a broker's promise and not its disk: one that is killed may forget what it has acknowledged. So
/// the newest acknowledged results stay for a while (<see cref="ResendWindow"/>) and are sent again over each new
/// connection, before what waits and in the same order. Readers keep results by their id.
/// </remarks>
internal sealed partial class OutboxStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS store (id TEXT NOT NULL, last_sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS result (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS plant (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL, payload BLOB NOT NULL, sent INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS identity (plant TEXT PRIMARY KEY, series INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
        INSERT INTO store (id, last_sequence) SELECT lower(hex(randomblob(16))), 0 WHERE NOT EXISTS (SELECT 1 FROM store);
        """;

    /// <summary>An outbox of version 1 held only what was not acknowledged: 0 says so.</summary>
    private const string SecondVersion = """
        BEGIN IMMEDIATE;
        ALTER TABLE store ADD COLUMN acknowledged_up_to INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE store ADD COLUMN captured_ms INTEGER;
        ALTER TABLE store ADD COLUMN boot TEXT;
        ALTER TABLE store ADD COLUMN missed INTEGER;
        ALTER TABLE plant DROP COLUMN sent;
        PRAGMA user_version = 2;
        COMMIT;
        """;

    /// <summary>2 brought what is kept after its acknowledgement, and the trigger mark; 0 is a file from before the version was written down, with the tables of 1.</summary>
    public const long SchemaVersion = 2;

    public const string FileName = "outbox.db";

    private readonly string path;
    private readonly FolderLock only;
    private SqliteConnection connection;
    private readonly OutboxLimit limit;
    private readonly ResendWindow resend;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly long firstOfThisRun;
    private TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long depth;
    private long bytes;
    private long shortened;
    private long dropped;
    private long shortenedUpTo;

    private OutboxStore(string path, FolderLock only, SqliteConnection connection, OutboxLimit limit, ResendWindow resend, TimeProvider time)
    {
        this.path = path;
        this.only = only;
        this.connection = connection;
        this.limit = limit;
        this.resend = resend;
        this.time = time;
        StoreId = (string)Scalar("SELECT id FROM store")!;
        firstOfThisRun = (long)Scalar("SELECT last_sequence FROM store")! + 1;
        sentUpTo = acknowledgedUpTo = (long)Scalar("SELECT acknowledged_up_to FROM store")!;
        EarlierMark = ReadMark();
        Measure();
    }

    /// <summary>Another for every new file: sequence numbers count within one store.</summary>
    public string StoreId { get; }

    /// <summary>Results that wait for their acknowledgement.</summary>
    public long Depth => Interlocked.Read(ref depth);

    /// <summary>Bytes of the results that wait.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    public OutboxLimit Limit => limit;

    /// <summary>What an earlier run recorded last with <see cref="Record"/>; null: nothing.</summary>
    public TriggerCheckpoint? EarlierMark { get; }

    /// <summary>Results of this run that gave up their leaves for want of room.</summary>
    public long Shortened => Interlocked.Read(ref shortened);

    /// <summary>Results of this run that were given up for want of room.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <param name="stateFolder">Made where it is missing.</param>
    /// <param name="limit">Null: none.</param>
    /// <param name="resend">Null: as it is where the settings say nothing.</param>
    /// <param name="time">Null: the system's.</param>
    /// <exception cref="AgentException">The folder or the file cannot be used.</exception>
    public static OutboxStore Open(string stateFolder, OutboxLimit? limit = null, ResendWindow? resend = null, TimeProvider? time = null)
    {
        string path = Path.Combine(stateFolder, FileName);
        FolderLock? only = null;
        SqliteConnection? connection = null;
        OutboxStore? outbox = null;
        OutboxStore Over(SqliteConnection opened, string? damage) =>
            new(path, only!, opened, limit ?? OutboxLimit.None, resend ?? new OutboxOptions().Resend, time ?? TimeProvider.System) { Damage = damage };
        try
        {
            Directory.CreateDirectory(stateFolder);
            only = FolderLock.TryTake(stateFolder) ?? throw InUse(path);
            ThrowIfHalfRestored(stateFolder);
            try
            {
                connection = Connect(path);
                outbox = Over(connection, damage: null);
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                connection?.Dispose();
                (connection, string damage) = Salvage(path, acknowledgedUpTo: 0);
                outbox = Over(connection, damage);
            }

            return outbox;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            throw InUse(path, e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"{path}: cannot be used as the outbox ({e.Message}); expected a folder that can be written (stateFolder, --state) "
                + "and a whole SQLite file in it, or none", e);
        }
        finally
        {
            if (outbox is null)
            {
                connection?.Dispose();
                only?.Dispose();
            }
        }
    }

    private static AgentException InUse(string path, Exception? inner = null) => new(ExitCode.Machine,
        $"{path}: another leafseg-agent uses this folder; stop it, or give this one its own (stateFolder, --state)", inner);

    private static SqliteConnection Connect(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();

            // Before anything is written: a file of a newer agent must stay as it is.
            long version = VersionOf(connection, path);

            // The lock on the folder keeps a second agent out; a backup may read beside the agent.
            // Incremental: what a long outage took of the disk can be given back. Only a new file heeds it.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Execute(connection, Schema);
            if (version < SchemaVersion)
            {
                Execute(connection, SecondVersion);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Measure()
    {
        (depth, bytes) = Sum(after: acknowledgedUpTo, upTo: long.MaxValue);
        (_, keptBytes) = Sum(after: 0, upTo: acknowledgedUpTo);
    }

    /// <summary>Gives a result the next sequence number and records it, all or nothing.</summary>
    /// <param name="payload">Makes the message for its sequence number.</param>
    /// <param name="mark">What is known of the triggers with it; it costs no further write.</param>
    /// <param name="identities">What is known of the leaves with it.</param>
    /// <returns>The sequence number.</returns>
    public long Record(Func<long, byte[]> payload, TriggerCheckpoint? mark = null, IReadOnlyList<PlantIdentities>? identities = null)
    {
        TaskCompletionSource waiting;
        long sequence;
        lock (gate)
        {
            sequence = Guarded(() => RecordInside(payload, mark, identities ?? []));
            waiting = recorded;
            recorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
        return sequence;
    }

    private long RecordInside(Func<long, byte[]> payload, TriggerCheckpoint? mark, IReadOnlyList<PlantIdentities> identities)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        Room room = new() { ShortenedUpTo = shortenedUpTo };
        long sequence = NextSequence(mark, transaction);
        using SqliteCommand insert = Command("INSERT INTO result VALUES ($sequence, $payload)", transaction);
        insert.Parameters.AddWithValue("$sequence", sequence);
        byte[] message = payload(sequence);
        insert.Parameters.AddWithValue("$payload", message);
        insert.ExecuteNonQuery();
        Keep(identities, transaction);
        MakeRoom(room, bytes + message.Length - limit.WithoutPicturesBytes, sequence, transaction);
        long left = bytes + message.Length - room.Freed;
        Forgotten gone = Forget(left, keptBytes, acknowledgedUpTo, transaction);
        transaction.Commit();
        Interlocked.Exchange(ref bytes, left);
        Count(gone);
        Interlocked.Add(ref depth, 1 - room.Dropped);
        Interlocked.Add(ref shortened, room.Shortened);
        Interlocked.Add(ref dropped, room.Dropped);
        shortenedUpTo = room.ShortenedUpTo;
        return sequence;
    }

    /// <summary>Ends when something is recorded after this was requested.</summary>
    public Task More
    {
        get
        {
            lock (gate)
            {
                return recorded.Task;
            }
        }
    }

    /// <summary>The oldest result that is to be sent; null when there is none.</summary>
    public OutboxEntry? Oldest()
    {
        lock (gate)
        {
            return Guarded(OldestInside);
        }
    }

    /// <summary>Takes a result out that is never sent. Its number stays a hole.</summary>
    public void Remove(long sequence)
    {
        lock (gate)
        {
            Guarded(() =>
            {
                (long count, long size) = Sum(sequence - 1, sequence);
                using SqliteCommand delete = Command("DELETE FROM result WHERE sequence = $sequence");
                delete.Parameters.AddWithValue("$sequence", sequence);
                delete.ExecuteNonQuery();
                if (sequence <= acknowledgedUpTo)
                {
                    Interlocked.Add(ref keptBytes, -size);
                    return 0;
                }

                Interlocked.Add(ref depth, -count);
                Interlocked.Add(ref bytes, -size);
                return 0;
            });
        }
    }

    private OutboxEntry? OldestInside()
    {
        using SqliteCommand select = Command("SELECT sequence, payload FROM result WHERE sequence > $sent ORDER BY sequence LIMIT 1");
        select.Parameters.AddWithValue("$sent", sentUpTo);
        using SqliteDataReader row = select.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        long sequence = row.GetInt64(0);
        return new OutboxEntry(sequence, row.GetFieldValue<byte[]>(1), FromEarlierRun: sequence < firstOfThisRun);
    }

    /// <summary>A clean end knows how far the broker has acknowledged.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                KeepAcknowledged();
                connection.Dispose();
            }
            finally
            {
                only.Dispose();
            }
        }
    }

    private void KeepAcknowledged()
    {
        // It is closed where a damaged file could not be saved.
        if (connection.State != ConnectionState.Open)
        {
            return;
        }

        try
        {
            using SqliteCommand update = Command("UPDATE store SET acknowledged_up_to = $acknowledged WHERE acknowledged_up_to < $acknowledged");
            update.Parameters.AddWithValue("$acknowledged", acknowledgedUpTo);
            update.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // Then a little more counts as waiting at the next start, and is sent again as it would be anyway.
        }
    }

    private long NextSequence(TriggerCheckpoint? mark, SqliteTransaction transaction)
    {
        using SqliteCommand next = Command(
            """
            UPDATE store SET last_sequence = last_sequence + 1, acknowledged_up_to = $acknowledged,
                captured_ms = coalesce($time, captured_ms), boot = coalesce($boot, boot), missed = coalesce($missed, missed)
            RETURNING last_sequence
            """,
            transaction);
        next.Parameters.AddWithValue("$acknowledged", acknowledgedUpTo);
        next.Parameters.AddWithValue("$time", (object?)mark?.Captured.ToUnixTimeMilliseconds() ?? DBNull.Value);
        next.Parameters.AddWithValue("$boot", (object?)mark?.Boot ?? DBNull.Value);
        next.Parameters.AddWithValue("$missed", (object?)mark?.Missed ?? DBNull.Value);
        return (long)next.ExecuteScalar()!;
    }

    private TriggerCheckpoint? ReadMark()
    {
        using SqliteCommand select = Command("SELECT captured_ms, boot, missed FROM store WHERE captured_ms IS NOT NULL");
        using SqliteDataReader row = select.ExecuteReader();
        return row.Read() ? new TriggerCheckpoint(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetInt64(2)) : null;
    }

    private static long VersionOf(SqliteConnection connection, string path)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        long version = (long)command.ExecuteScalar()!;
        return version <= SchemaVersion ? version : throw new AgentException(ExitCode.Machine,
            $"{path}: found an outbox of version {version}, expected {SchemaVersion} or older: a newer leafseg-agent wrote it, and nothing "
            + "was changed; install that agent again, or give this one a folder of its own (stateFolder, --state)");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
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
