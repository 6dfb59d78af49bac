using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>What is given up when there is no more room.</summary>
internal sealed partial class OutboxStore
{
    /// <summary>
    /// Oldest first: leaves go before any result does. A result that goes leaves a hole in the sequence, by which its
    /// loss is seen downstream.
    /// </summary>
    private void MakeRoom(Room room, long needed, long newest, SqliteTransaction transaction)
    {
        while (room.Freed < needed && Waiting(after: Math.Max(room.ShortenedUpTo, acknowledgedUpTo), before: newest, transaction) is { } result)
        {
            byte[] shorter = LeafDetail.Without(result.Payload);
            room.ShortenedUpTo = result.Sequence;
            if (shorter.Length >= result.Payload.Length)
            {
                continue;
            }

            using SqliteCommand update = Command("UPDATE result SET payload = $payload WHERE sequence = $sequence", transaction);
            update.Parameters.AddWithValue("$sequence", result.Sequence);
            update.Parameters.AddWithValue("$payload", shorter);
            update.ExecuteNonQuery();
            room.Freed += result.Payload.Length - shorter.Length;
            room.Shortened++;
        }

        while (room.Freed < needed && Waiting(after: acknowledgedUpTo, before: newest, transaction) is { } result)
        {
            using SqliteCommand delete = Command("DELETE FROM result WHERE sequence = $sequence", transaction);
            delete.Parameters.AddWithValue("$sequence", result.Sequence);
            delete.ExecuteNonQuery();
            room.Freed += result.Payload.Length;
            room.Dropped++;
        }
    }

    private (long Sequence, byte[] Payload)? Waiting(long after, long before, SqliteTransaction transaction)
    {
        using SqliteCommand select = Command(
            "SELECT sequence, payload FROM result WHERE sequence > $after AND sequence < $before ORDER BY sequence LIMIT 1", transaction);
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$before", before);
        using SqliteDataReader row = select.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>What one recording has freed; counted only once it is on the disk.</summary>
    private sealed class Room
    {
        public long Freed { get; set; }

        public long Shortened { get; set; }

        public long Dropped { get; set; }

        /// <summary>The results up to this one have no leaves to give any more.</summary>
        public long ShortenedUpTo { get; set; }
    }
}
