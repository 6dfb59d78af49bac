using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>
/// The numbers of rigs, models and plants in the database. What is new is entered in a transaction of its own: a number that is
/// remembered is there, whatever becomes of the batch.
/// </summary>
internal sealed class FleetNames
{
    private readonly Dictionary<RigName, int> rigs = [];
    private readonly Dictionary<string, int> models = [];
    private readonly Dictionary<(int Rig, string Plant, int Series), int> plants = [];

    public int Rig(RigName rig) => rigs[rig];

    public int Model(string digest) => models[digest];

    public int Plant(RigName rig, CapturedPlant plant) => plants[(rigs[rig], plant.Plant, SeriesOf(plant))];

    /// <summary>Plants that are not followed are the first in their place.</summary>
    public static int SeriesOf(CapturedPlant plant) => plant.Series ?? 1;

    public async Task EnterAsync(NpgsqlConnection connection, IReadOnlyCollection<Reading> readings, CancellationToken cancellationToken)
    {
        RigName[] newRigs = [.. readings.Select(reading => reading.Rig).Where(rig => !rigs.ContainsKey(rig)).Distinct()];
        if (newRigs.Length > 0)
        {
            await EnterRigsAsync(connection, newRigs, cancellationToken);
        }

        CaptureReading[] captures = [.. readings.OfType<CaptureReading>()];
        CaptureModel[] newModels = [.. captures.Select(reading => reading.Capture.Model).Where(model => !models.ContainsKey(model.Digest)).DistinctBy(model => model.Digest)];
        if (newModels.Length > 0)
        {
            await EnterModelsAsync(connection, newModels, cancellationToken);
        }

        HashSet<(int Rig, string Plant, int Series)> newPlants = [];
        foreach (CaptureReading reading in captures)
        {
            foreach (CapturedPlant plant in reading.Capture.Plants)
            {
                (int, string, int) key = (rigs[reading.Rig], plant.Plant, SeriesOf(plant));
                if (!plants.ContainsKey(key))
                {
                    newPlants.Add(key);
                }
            }
        }

        if (newPlants.Count > 0)
        {
            await EnterPlantsAsync(connection, [.. newPlants], cancellationToken);
        }
    }

    // The same order everywhere, so that two ingesters never wait for each other.
    private async Task EnterRigsAsync(NpgsqlConnection connection, RigName[] names, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands =
            {
                new("insert into leafseg.rigs (site, rig) select * from unnest($1, $2) as given (site, rig) order by site, rig on conflict do nothing"),
                new("select rig_id, site, rig from leafseg.rigs join unnest($1, $2) as given (site, rig) using (site, rig)"),
            },
        };
        Give(batch, names.Select(name => name.Site).ToArray(), names.Select(name => name.Rig).ToArray());
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            rigs[new RigName(row.GetString(1), row.GetString(2))] = row.GetInt32(0);
        }
    }

    private async Task EnterModelsAsync(NpgsqlConnection connection, CaptureModel[] found, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands =
            {
                new("insert into leafseg.models (digest, name, version) select * from unnest($1, $2, $3) as given (digest, name, version) order by digest on conflict do nothing"),
                new("select model_id, digest from leafseg.models where digest = any($1)"),
            },
        };
        Give(batch, found.Select(model => model.Digest).ToArray(), found.Select(model => model.Name).ToArray(), found.Select(model => model.Version).ToArray());
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            models[row.GetString(1)] = row.GetInt32(0);
        }
    }

    private async Task EnterPlantsAsync(NpgsqlConnection connection, (int Rig, string Plant, int Series)[] keys, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands =
            {
                new("insert into leafseg.plants (rig_id, plant, series) select * from unnest($1, $2, $3) as given (rig_id, plant, series) order by rig_id, plant, series on conflict do nothing"),
                new("select plant_id, rig_id, plant, series from leafseg.plants join unnest($1, $2, $3) as given (rig_id, plant, series) using (rig_id, plant, series)"),
            },
        };
        Give(batch, keys.Select(key => key.Rig).ToArray(), keys.Select(key => key.Plant).ToArray(), keys.Select(key => key.Series).ToArray());
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            plants[(row.GetInt32(1), row.GetString(2), row.GetInt32(3))] = row.GetInt32(0);
        }
    }

    /// <summary>The columns of what is entered, to each command as many as it takes.</summary>
    private static void Give(NpgsqlBatch batch, params object[] columns)
    {
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            foreach (object column in columns.Where((_, i) => command.CommandText.Contains($"${i + 1}", StringComparison.Ordinal)))
            {
                command.Parameters.Add(new NpgsqlParameter { Value = column });
            }
        }
    }
}
