using LeafSeg.EdgeAgent.Faults;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>
/// What was answered to which command, and whether the rig is paused; on the disk, so that a command that is sent again
/// after a restart has no second effect.
/// </summary>
internal sealed class CommandStore : IDisposable
{
    /// <summary>Answers that are kept; many times what can be young enough to be followed.</summary>
    public const int Kept = 4096;

    public const long SchemaVersion = 1;

    private const string Schema = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS answer (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, payload BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS state (paused INTEGER NOT NULL) STRICT;
        INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
        PRAGMA user_version = 1;
        """;

    private readonly SqliteConnection connection;

    private CommandStore(SqliteConnection connection) => this.connection = connection;

    public bool Paused => (long)Command("SELECT paused FROM state").ExecuteScalar()! != 0;

    /// <param name="stateFolder">Made where it is missing.</param>
    /// <exception cref="AgentException">The folder or the file cannot be used.</exception>
    public static CommandStore Open(string stateFolder)
    {
        string path = Path.Combine(stateFolder, "commands.db");
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(stateFolder);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();
            CommandStore store = new(connection);
            long version = (long)store.Command("PRAGMA user_version").ExecuteScalar()!;
            if (version > SchemaVersion)
            {
                throw new AgentException(ExitCode.Machine, $"{path}: found version {version}, expected {SchemaVersion}: a newer leafseg-agent wrote it, and nothing was changed; install that agent again");
            }

            store.Command(Schema).ExecuteNonQuery();
            return store;
        }
        catch (AgentException)
        {
            connection?.Dispose();
            throw;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new AgentException(ExitCode.Machine,
                $"{path}: cannot be used ({e.Message}); expected a folder that can be written and that no other agent uses (stateFolder, --state)", e);
        }
    }

    /// <summary>The answer to a command of this id; null: there was none.</summary>
    public byte[]? AnswerTo(string id) => (byte[]?)Command("SELECT payload FROM answer WHERE id = $id", ("$id", id)).ExecuteScalar();

    /// <summary>Writes an answer, in place of an earlier one to the same id, and what it changes: all or nothing.</summary>
    /// <param name="id">The command's.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="paused">Null: as it was.</param>
    /// <exception cref="SqliteException">The disk refuses; nothing has changed.</exception>
    public void Write(string id, byte[] answer, bool? paused = null)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        Command("INSERT INTO answer (id, payload) VALUES ($id, $payload) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload",
            ("$id", id), ("$payload", answer)).ExecuteNonQuery();
        Command("DELETE FROM answer WHERE number <= (SELECT max(number) FROM answer) - $kept", ("$kept", Kept)).ExecuteNonQuery();
        if (paused is { } isPaused)
        {
            Command("UPDATE state SET paused = $paused", ("$paused", isPaused ? 1 : 0)).ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose() => connection.Dispose();

    private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
