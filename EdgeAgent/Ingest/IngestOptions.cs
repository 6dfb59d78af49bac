using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>How <c>leafseg-agent ingest</c> writes the results of all rigs at a broker into PostgreSQL.</summary>
internal sealed record IngestOptions
{
    /// <summary>Npgsql's connection string: "Host=db.example;Database=leafseg;Username=leafseg". A path as host is the folder of a Unix socket.</summary>
    public string? Database { get; init; }

    /// <summary>A file with the database's password, or the name of a systemd credential.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>This ingester's own name: another for each of them, the same after a restart.</summary>
    public string Name { get; init; } = RigName.OfThisMachine();

    /// <summary>Ingesters of one group share the captures between them.</summary>
    public string Group { get; init; } = "leafseg";

    /// <summary>Messages in one transaction, at most.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>"_" cannot stand in a name, and no rig's client id begins like this.</summary>
    public string ClientId => $"leafseg-ingest_{Name}";

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Database is not null && !IsConnectionString(Database))
        {
            yield return new SettingProblem($"{name}.database", SettingProblem.NotShown, "a connection string, as in \"Host=db.example;Database=leafseg;Username=leafseg\"");
        }

        if (!Topics.IsName(Name))
        {
            yield return new SettingProblem($"{name}.name", Name, SettingProblem.TopicName);
        }

        if (!Topics.IsName(Group))
        {
            yield return new SettingProblem($"{name}.group", Group, SettingProblem.TopicName);
        }

        if (BatchSize is not (>= 1 and <= 10_000))
        {
            yield return new SettingProblem($"{name}.batchSize", BatchSize, "1 to 10000 messages");
        }
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            return false;
        }
    }
}
