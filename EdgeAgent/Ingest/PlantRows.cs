using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Writes a list of plants into the database: all of it or nothing.</summary>
internal static class PlantRows
{
    /// <returns>How many plants are new or changed, and which have results and are not in the list, of the rigs that it names.</returns>
    public static async Task<(int Changed, IReadOnlyList<string> Unlisted)> WriteAsync(NpgsqlConnection connection, PlantList list, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        string[] sites = [.. list.Plants.Select(plant => plant.Rig.Site)], rigs = [.. list.Plants.Select(plant => plant.Rig.Rig)];
        await using (NpgsqlCommand enter = new(
            "insert into leafseg.rigs (site, rig) select distinct site, rig from unnest($1, $2) as given (site, rig) order by site, rig on conflict do nothing", connection))
        {
            Give(enter, sites, rigs);
            await enter.ExecuteNonQueryAsync(cancellationToken);
        }

        // A column that the table does not have says nothing of what is there.
        string set = string.Join(", ", PlantList.Described.Select(column => list.Columns.Contains(column) ? $"{column} = excluded.{column}" : $"{column} = plants.{column}"));
        string both = string.Join(", ", list.Columns.Select(column => $"plants.{column}")), given = string.Join(", ", list.Columns.Select(column => $"excluded.{column}"));
        string where = list.Columns.Count == 0 ? "false" : $"({both}) is distinct from ({given})";
#pragma warning disable CA2100 // The names of columns, of a list in this program.
        await using NpgsqlCommand plants = new($"""
            insert into leafseg.plants (rig_id, plant, series, genotype, treatment, replicate, sown)
            select rig_id, plant, series, genotype, treatment, replicate, sown
            from unnest($1, $2, $3, $4, $5, $6, $7, $8) as given (site, rig, plant, series, genotype, treatment, replicate, sown) join leafseg.rigs using (site, rig)
            order by rig_id, plant, series
            on conflict (rig_id, plant, series) do update set {set} where {where}
            """, connection);
#pragma warning restore CA2100
        Give(
            plants,
            sites,
            rigs,
            list.Plants.Select(plant => plant.Plant).ToArray(),
            list.Plants.Select(plant => plant.Series).ToArray(),
            list.Plants.Select(plant => plant.Genotype).ToArray(),
            list.Plants.Select(plant => plant.Treatment).ToArray(),
            list.Plants.Select(plant => plant.Replicate).ToArray(),
            list.Plants.Select(plant => plant.Sown).ToArray());
        int changed = await plants.ExecuteNonQueryAsync(cancellationToken);
        IReadOnlyList<string> unlisted = await UnlistedAsync(connection, list, sites, rigs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (changed, unlisted);
    }

    private static async Task<IReadOnlyList<string>> UnlistedAsync(NpgsqlConnection connection, PlantList list, string[] sites, string[] rigs, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand all = new(
            """
            select site, rig, plant, series from leafseg.plants join leafseg.rigs using (rig_id)
            where (site, rig) in (select * from unnest($1, $2)) order by site, rig, plant, series
            """, connection);
        Give(all, sites, rigs);
        HashSet<string> listed = [.. list.Plants.Select(plant => $"{plant.Rig.Site}/{plant.Rig.Rig}/{plant.Plant}, series {plant.Series}")];
        List<string> unlisted = [];
        await using NpgsqlDataReader row = await all.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            string name = $"{row.GetString(0)}/{row.GetString(1)}/{row.GetString(2)}, series {row.GetInt32(3)}";
            if (!listed.Contains(name))
            {
                unlisted.Add(name);
            }
        }

        return unlisted;
    }

    private static void Give(NpgsqlCommand command, params object[] columns)
    {
        foreach (object column in columns)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = column });
        }
    }
}
