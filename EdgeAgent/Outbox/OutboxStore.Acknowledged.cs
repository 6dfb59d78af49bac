using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>Results that the broker has acknowledged, and which of them are kept to be sent again.</summary>
internal sealed partial class OutboxStore
{
    /// <summary>Results that are over are deleted so many at a time: they lie on few pages of the flash, each written once.</summary>
    private const int DeletedAtOnce = 16;

    /// <summary>Pages of 4 kB that stay with the file though they hold nothing.</summary>
    private const int SparePages = 1024;

    private const int PagesGivenBack = 256;

    /// <summary>When each result was acknowledged over this connection, oldest first.</summary>
    private readonly Queue<(long Sequence, long Timestamp)> acknowledgedAt = new();

    /// <summary>On the disk with the next result or a clean end: what a crash makes of it is only that a little more counts as waiting.</summary>
    private long acknowledgedUpTo;
    private long sentUpTo;
    private long keptBytes;

    /// <summary>Bytes of acknowledged results that are kept to be sent again.</summary>
    public long KeptBytes => Interlocked.Read(ref keptBytes);

    /// <summary>
    /// The broker may have forgotten what it has acknowledged: all that is kept is to be sent again, oldest first. Called
    /// by the sender, at each new connection.
    /// </summary>
    public void SendAgain()
    {
        lock (gate)
        {
            sentUpTo = 0;
            acknowledgedAt.Clear();
        }
    }

    /// <summary>
    /// The broker has acknowledged a result, the oldest one: it waits no longer, and the numbers of its plants wait to be
    /// sent, unless newer ones are known already. What was acknowledged before costs no write.
    /// </summary>
    /// <returns>False: it was acknowledged before.</returns>
    public bool Acknowledge(long sequence, IReadOnlyList<(string Plant, byte[] Payload)> plants)
    {
        lock (gate)
        {
            return Guarded(() => AcknowledgeInside(sequence, plants));
        }
    }

    private bool AcknowledgeInside(long sequence, IReadOnlyList<(string Plant, byte[] Payload)> plants)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        bool isFirst = sequence > acknowledgedUpTo;
        (long count, long size) = isFirst ? Sum(acknowledgedUpTo, sequence, transaction) : (0, 0);
        string[] newest = [.. plants.Where(p => Keep(p.Plant, sequence, p.Payload, transaction)).Select(p => p.Plant)];
        Forgotten gone = isFirst ? Forget(bytes - size, keptBytes + size, sequence, transaction) : new Forgotten(0, 0);
        transaction.Commit();

        foreach (string plant in newest)
        {
            unsent[plant] = sequence;
        }

        acknowledgedUpTo = Math.Max(acknowledgedUpTo, sequence);
        sentUpTo = sequence;
        acknowledgedAt.Enqueue((sequence, time.GetTimestamp()));
        Interlocked.Add(ref keptBytes, size);
        Count(gone);
        Interlocked.Add(ref depth, -count);
        Interlocked.Add(ref bytes, -size);
        GiveBackRoom();
        return isFirst;
    }

    /// <summary>Makes the file smaller after a long outage: a little with each result, and not by what the next results fill again.</summary>
    private void GiveBackRoom()
    {
        try
        {
            if ((long)Scalar("PRAGMA freelist_count")! <= SparePages)
            {
                return;
            }

            using SqliteCommand shrink = Command($"PRAGMA incremental_vacuum({PagesGivenBack})");
            using SqliteDataReader page = shrink.ExecuteReader();
            while (page.Read())
            {
            }
        }
        catch (SqliteException)
        {
            // Tried again with the next one; what is recorded and acknowledged is on the disk.
        }
    }

    /// <summary>Deletes acknowledged results that have been kept long enough, or that have no room beside what waits.</summary>
    private Forgotten Forget(long waiting, long kept, long acknowledged, SqliteTransaction transaction)
    {
        long most = Math.Min(resend.Bytes, Math.Max(0, limit.OwnBytes - waiting));
        long over = OverUpTo();
        if (kept <= most && over == 0)
        {
            return new Forgotten(0, 0);
        }

        // Some more than needed, so that the next result does not have to delete again.
        long needed = kept <= most ? 0 : kept - (most - (most / 8));
        Forgotten oldest = new(0, 0);
        using (SqliteCommand select = Command("SELECT sequence, length(payload) FROM result WHERE sequence <= $acknowledged ORDER BY sequence", transaction))
        {
            select.Parameters.AddWithValue("$acknowledged", acknowledged);
            using SqliteDataReader row = select.ExecuteReader();
            while (row.Read() && (oldest.Bytes < needed || row.GetInt64(0) <= over))
            {
                oldest = new Forgotten(row.GetInt64(0), oldest.Bytes + row.GetInt64(1));
            }
        }

        using SqliteCommand delete = Command("DELETE FROM result WHERE sequence <= $last", transaction);
        delete.Parameters.AddWithValue("$last", oldest.UpTo);
        delete.ExecuteNonQuery();
        return oldest;
    }

    /// <summary>Called once it is on the disk that they are gone.</summary>
    private void Count(Forgotten gone)
    {
        Interlocked.Add(ref keptBytes, -gone.Bytes);
        while (acknowledgedAt.TryPeek(out (long Sequence, long Timestamp) oldest) && oldest.Sequence <= gone.UpTo)
        {
            acknowledgedAt.Dequeue();
        }
    }

    /// <summary>The newest result that has been kept long enough, once there are enough of them to be deleted; else 0.</summary>
    private long OverUpTo()
    {
        (int count, long newest) = (0, 0);
        foreach ((long sequence, long timestamp) in acknowledgedAt)
        {
            if (time.GetElapsedTime(timestamp) < resend.Time)
            {
                break;
            }

            (count, newest) = (count + 1, sequence);
        }

        return count < DeletedAtOnce ? 0 : newest;
    }

    private (long Count, long Bytes) Sum(long after, long upTo, SqliteTransaction? transaction = null)
    {
        using SqliteCommand select = Command(
            "SELECT count(*), coalesce(sum(length(payload)), 0) FROM result WHERE sequence > $after AND sequence <= $upTo", transaction);
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$upTo", upTo);
        using SqliteDataReader row = select.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>The oldest results, which are deleted.</summary>
    private readonly record struct Forgotten(long UpTo, long Bytes);
}
