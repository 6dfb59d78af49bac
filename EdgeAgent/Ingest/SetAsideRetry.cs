using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Tries again what was set aside: after an update of this program, or once what was wrong is mended.</summary>
internal static class SetAsideRetry
{
    private const int AtOnce = 500;

    /// <returns>How many were written, and how many stay.</returns>
    public static async Task<(long Written, long Left)> RunAsync(NpgsqlDataSource source, Ingester ingester, CancellationToken cancellationToken)
    {
        (long written, long left) = (0, 0);
        byte[] after = [];
        while (true)
        {
            List<Delivery> batch = await NextAsync(source, after, cancellationToken);
            if (batch.Count == 0)
            {
                return (written, left);
            }

            // Those that are refused again stay, with their reason of now; the others are committed.
            string[] refused = [.. (await ingester.StoreAsync(batch, cancellationToken)).Select(Key)];
            written += batch.Count - refused.Length;
            left += refused.Length;
            after = SetAsideRows.Digest(batch[^1].Topic, batch[^1].Payload);
            await ForgetAsync(source, [.. batch.ExceptBy(refused, Key).Select(delivery => SetAsideRows.Digest(delivery.Topic, delivery.Payload))], cancellationToken);
        }
    }

    private static string Key(Delivery delivery) => Convert.ToHexString(SetAsideRows.Digest(delivery.Topic, delivery.Payload));

    private static async Task<List<Delivery>> NextAsync(NpgsqlDataSource source, byte[] after, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = source.CreateCommand("select topic, payload from leafseg.set_aside where digest > $1 order by digest limit $2");
        select.Parameters.Add(new NpgsqlParameter { Value = after });
        select.Parameters.Add(new NpgsqlParameter { Value = AtOnce });
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<Delivery> batch = [];
        while (await row.ReadAsync(cancellationToken))
        {
            (string topic, byte[] payload) = (row.GetString(0), await row.GetFieldValueAsync<byte[]>(1, cancellationToken));
            batch.Add(new Delivery(topic, payload, MessageReader.Read(topic, payload), _ => Task.CompletedTask));
        }

        return batch;
    }

    private static async Task ForgetAsync(NpgsqlDataSource source, byte[][] digests, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = source.CreateCommand("delete from leafseg.set_aside where digest = any($1)");
        delete.Parameters.Add(new NpgsqlParameter { Value = digests });
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }
}
