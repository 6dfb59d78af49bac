using System.Globalization;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>
/// What a damaged file (a page torn by a power cut on a disk that lies about its writes, a worn-out flash) does not take with
/// it: every row that can still be read goes into a new file, and the damaged one is kept beside it.
/// </summary>
internal sealed partial class OutboxStore
{
    /// <summary>Rows are looked for one by one, so far below the newest; more than the outbox ever holds.</summary>
    private const long MostRows = 1_000_000;

    /// <summary>What was saved of a damaged file, in words; null: none was damaged in this run.</summary>
    public string? Damage { get; private set; }

    /// <summary>Does it again on a saved copy where the file turns out to be damaged. Called inside <see cref="gate"/>.</summary>
    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            Repair();
            return action();
        }
    }

    private void Repair()
    {
        connection.Dispose();
        (connection, Damage) = Salvage(path, acknowledgedUpTo);
        if ((string)Scalar("SELECT id FROM store")! != StoreId)
        {
            throw new InvalidOperationException($"{path}: the file is damaged in its first pages; the next start begins a new one.");
        }

        Measure();
    }

    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CORRUPT;

    private static (SqliteConnection Connection, string Report) Salvage(string path, long acknowledgedUpTo)
    {
        string damaged = $"{path}.damaged-{DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}";
        foreach (string ending in (string[])["-wal", "-shm", ""])
        {
            if (File.Exists(path + ending))
            {
                File.Move(path + ending, damaged + ending);
            }
        }

        SqliteConnection whole = Connect(path);
        using SqliteConnection old = Connect(damaged);
        Execute(whole, "BEGIN IMMEDIATE");
        CopyStore(old, whole, acknowledgedUpTo);
        (long results, long lost) = CopyResults(old, whole);
        CopyPlants(old, whole);
        CopyIdentities(old, whole);
        Execute(whole, "COMMIT");
        return (whole, string.Create(CultureInfo.InvariantCulture,
            $"found a damaged outbox, kept as {damaged}: {results} results were saved, {lost} could not be read; look at the disk"));
    }

    private static void CopyStore(SqliteConnection from, SqliteConnection to, long acknowledgedUpTo)
    {
        object?[]? store = Row(from, "SELECT id, last_sequence, acknowledged_up_to, captured_ms, boot, missed FROM store", 6);
        if (store is null)
        {
            return; // A new id, and with it numbers that start again.
        }

        store[2] = Math.Max((long)store[2]!, acknowledgedUpTo);
        Insert(to, "UPDATE store SET id = $0, last_sequence = $1, acknowledged_up_to = $2, captured_ms = $3, boot = $4, missed = $5", store);
    }

    private static (long Copied, long Lost) CopyResults(SqliteConnection from, SqliteConnection to)
    {
        (long copied, long lost) = (0, 0);
        long last = (long)Row(to, "SELECT last_sequence FROM store", 1)![0]!;
        long first = Row(from, "SELECT min(sequence) FROM result", 1)?[0] as long? ?? Math.Max(1, last - MostRows);
        for (long sequence = first; sequence <= last; sequence++)
        {
            try
            {
                if (RowOrThrow(from, "SELECT sequence, payload FROM result WHERE sequence = $0", 2, sequence) is not { } row)
                {
                    continue;
                }

                Insert(to, "INSERT INTO result VALUES ($0, $1)", row);
                copied++;
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                lost++;
            }
        }

        return (copied, lost);
    }

    private static void CopyPlants(SqliteConnection from, SqliteConnection to)
    {
        for (string after = ""; Row(from, "SELECT name, sequence, payload FROM plant WHERE name > $0 ORDER BY name LIMIT 1", 3, after) is { } plant; after = (string)plant[0]!)
        {
            Insert(to, "INSERT INTO plant VALUES ($0, $1, $2)", plant);
        }
    }

    private static void CopyIdentities(SqliteConnection from, SqliteConnection to)
    {
        for (string after = ""; Row(from, "SELECT plant, series, state FROM identity WHERE plant > $0 ORDER BY plant LIMIT 1", 3, after) is { } plant; after = (string)plant[0]!)
        {
            Insert(to, "INSERT INTO identity VALUES ($0, $1, $2)", plant);
        }
    }

    /// <returns>The first row; null where there is none, or none that can be read.</returns>
    private static object?[]? Row(SqliteConnection from, string sql, int columns, params object?[] parameters)
    {
        try
        {
            return RowOrThrow(from, sql, columns, parameters);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            return null;
        }
    }

    private static object?[]? RowOrThrow(SqliteConnection from, string sql, int columns, params object?[] parameters)
    {
        using SqliteCommand select = Prepare(from, sql, parameters);
        using SqliteDataReader row = select.ExecuteReader();
        return row.Read() ? [.. Enumerable.Range(0, columns).Select(i => row.IsDBNull(i) ? null : row.GetValue(i))] : null;
    }

    private static void Insert(SqliteConnection to, string sql, object?[] values)
    {
        using SqliteCommand command = Prepare(to, sql, values);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, object?[] parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i}", parameters[i] ?? DBNull.Value);
        }

        return command;
    }
}
