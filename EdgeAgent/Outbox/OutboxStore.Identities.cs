using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>The identities of leaves, recorded with the result that they come from: both are on the disk, or neither.</summary>
internal sealed partial class OutboxStore
{
    /// <summary>What the newest recorded result of each plant left behind.</summary>
    public IReadOnlyList<PlantIdentities> Identities()
    {
        lock (gate)
        {
            return Guarded(() =>
            {
                using SqliteCommand select = Command("SELECT plant, series, state FROM identity ORDER BY plant");
                using SqliteDataReader row = select.ExecuteReader();
                List<PlantIdentities> all = [];
                while (row.Read())
                {
                    all.Add(new PlantIdentities(row.GetString(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2)));
                }

                return all;
            });
        }
    }

    private void Keep(IReadOnlyList<PlantIdentities> identities, SqliteTransaction transaction)
    {
        foreach (PlantIdentities plant in identities)
        {
            using SqliteCommand upsert = Command(
                "INSERT INTO identity VALUES ($plant, $series, $state) ON CONFLICT (plant) DO UPDATE SET series = excluded.series, state = excluded.state", transaction);
            upsert.Parameters.AddWithValue("$plant", plant.Plant);
            upsert.Parameters.AddWithValue("$series", plant.Series);
            upsert.Parameters.AddWithValue("$state", plant.State);
            upsert.ExecuteNonQuery();
        }
    }
}
