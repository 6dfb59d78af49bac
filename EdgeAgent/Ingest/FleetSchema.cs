using System.Reflection;
using LeafSeg.EdgeAgent.Faults;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>The tables: deploy/postgres/schema.sql, which is in this program too.</summary>
internal static class FleetSchema
{
    public const int Version = 1;

    private const string Resource = "postgres-schema.sql";

    public static string Text()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Makes the tables, all or none of them.</summary>
    /// <returns>False: they are there already.</returns>
    /// <exception cref="AgentException">Those that are there are of another version.</exception>
    public static async Task<bool> CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand only = new("select pg_advisory_xact_lock(hashtext('leafseg.create'))", connection, transaction))
        {
            await only.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await FoundAsync(connection, cancellationToken) is { } found)
        {
            ThrowIfOther(found, connection.Database);
            return false;
        }

#pragma warning disable CA2100 // The file that ships.
        await using NpgsqlCommand create = new(Text(), connection, transaction);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <exception cref="AgentException">There are no tables, or those of another version.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await FoundAsync(connection, cancellationToken) is not { } found)
        {
            throw new AgentException(ExitCode.Machine,
                $"ingest.database: found no LeafSeg tables in the database \"{connection.Database}\", expected schema version {Version}: run \"leafseg-agent ingest create\" once");
        }

        ThrowIfOther(found, connection.Database);
    }

    private static void ThrowIfOther(int found, string database)
    {
        if (found != Version)
        {
            string remedy = found > Version ? "a newer leafseg-agent made them: install that one here too" : "move their rows to the tables of this version first";
            throw new AgentException(ExitCode.Machine,
                $"ingest.database: found LeafSeg tables of schema version {found} in the database \"{database}\", expected {Version}; nothing was changed. {char.ToUpperInvariant(remedy[0])}{remedy[1..]}");
        }
    }

    private static async Task<int?> FoundAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand exists = new("select to_regclass('leafseg.schema_version') is not null", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return null;
            }
        }

        await using NpgsqlCommand version = new("select version from leafseg.schema_version", connection);
        return (int?)await version.ExecuteScalarAsync(cancellationToken);
    }
}
