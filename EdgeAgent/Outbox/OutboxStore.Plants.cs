using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>The newest numbers of each plant. A new connection begins with all of them: what is unsent need not be on the disk.</summary>
internal sealed partial class OutboxStore
{
    private readonly Dictionary<string, long> unsent = [];

    /// <summary>The newest numbers of each plant.</summary>
    public IReadOnlyList<PlantEntry> Plants()
    {
        lock (gate)
        {
            return Guarded(PlantsInside);
        }
    }

    /// <summary>The newest numbers of each plant that came in this run and are not on the plant's topic yet.</summary>
    public IReadOnlyList<PlantEntry> UnsentPlants()
    {
        lock (gate)
        {
            return unsent.Count == 0 ? [] : [.. Plants().Where(plant => unsent.ContainsKey(plant.Plant))];
        }
    }

    /// <summary>The broker has acknowledged a plant's numbers.</summary>
    public void AcknowledgePlant(PlantEntry entry)
    {
        lock (gate)
        {
            if (unsent.TryGetValue(entry.Plant, out long newest) && newest == entry.Sequence)
            {
                unsent.Remove(entry.Plant);
            }
        }
    }

    private List<PlantEntry> PlantsInside()
    {
        using SqliteCommand select = Command("SELECT name, sequence, payload FROM plant ORDER BY name");
        using SqliteDataReader row = select.ExecuteReader();
        List<PlantEntry> plants = [];
        while (row.Read())
        {
            plants.Add(new PlantEntry(row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)));
        }

        return plants;
    }

    /// <returns>True: these are the newest numbers of the plant.</returns>
    private bool Keep(string plant, long sequence, byte[] payload, SqliteTransaction transaction)
    {
        using SqliteCommand upsert = Command(
            """
            INSERT INTO plant VALUES ($name, $sequence, $payload)
            ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence, payload = excluded.payload
            WHERE excluded.sequence > plant.sequence
            """,
            transaction);
        upsert.Parameters.AddWithValue("$name", plant);
        upsert.Parameters.AddWithValue("$sequence", sequence);
        upsert.Parameters.AddWithValue("$payload", payload);
        return upsert.ExecuteNonQuery() > 0;
    }
}
