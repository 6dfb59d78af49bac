using LeafSeg.EdgeAgent.Faults;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>Copies of an outbox that are put to use in another place, or later.</summary>
internal sealed partial class OutboxStore
{
    /// <summary>A folder of this name in the state folder: a restore has not come to its end.</summary>
    public const string HalfRestored = "restoring";

    /// <summary>
    /// Gives a copy an id of its own. The original may have recorded more since: sequence numbers continue from those of the copy, under another
    /// boot id (<see cref="Machine.MachineBoot.Of"/>), so that (rig, boot, sequence) never comes twice. Results that wait keep theirs.
    /// </summary>
    /// <param name="path">The file; no agent uses it.</param>
    /// <exception cref="AgentException">A newer agent wrote it.</exception>
    /// <exception cref="SqliteException">It cannot be read or written.</exception>
    public static void GiveNewId(string path)
    {
        using SqliteConnection connection = Connect(path);
        Execute(connection, "UPDATE store SET id = lower(hex(randomblob(16)))");
    }

    /// <summary>What an outbox holds.</summary>
    /// <param name="path">The file; an agent may use it.</param>
    /// <returns>Results recorded so far, and those that the broker has not acknowledged.</returns>
    /// <exception cref="AgentException">A newer agent wrote it.</exception>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static (long Recorded, long Waiting) Contents(string path)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        string waiting = VersionOf(connection, path) < SchemaVersion ? "result" : "result WHERE sequence > (SELECT acknowledged_up_to FROM store)";
        object?[] found = RowOrThrow(connection, $"SELECT (SELECT last_sequence FROM store), (SELECT count(*) FROM {waiting})", 2)!;
        return ((long)found[0]!, (long)found[1]!);
    }

    private static void ThrowIfHalfRestored(string stateFolder)
    {
        if (Directory.Exists(Path.Combine(stateFolder, HalfRestored)))
        {
            throw new AgentException(ExitCode.Machine,
                $"{stateFolder}: found a restore that did not come to its end ({HalfRestored}); expected a whole state folder; run leafseg-agent restore again, with --force");
        }
    }
}
