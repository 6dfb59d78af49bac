using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Messages that cannot be written: kept as they came, with the reason.</summary>
internal static class SetAsideRows
{
    public static async Task WriteAsync(NpgsqlConnection connection, IEnumerable<Delivery> batch, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch rows = new(connection);
        foreach ((byte[] digest, Delivery delivery) in batch.Where(one => one.Reading is UnreadableReading).Select(one => (Digest(one.Topic, one.Payload), one))
            .OrderBy(one => Convert.ToHexString(one.Item1), StringComparer.Ordinal))
        {
            // The reason may be another one now: this program is newer than the one before.
            rows.BatchCommands.Add(new NpgsqlBatchCommand(
                "insert into leafseg.set_aside (digest, topic, payload, reason) values ($1, $2, $3, $4) on conflict (digest) do update set reason = excluded.reason")
            {
                Parameters =
                {
                    new() { Value = digest },
                    new() { Value = delivery.Topic },
                    new() { Value = delivery.Payload },

                    // PostgreSQL has no text with a NUL in it.
                    new() { Value = ((UnreadableReading)delivery.Reading).Reason.Replace('\0', '?') },
                },
            });
        }

        if (rows.BatchCommands.Count > 0)
        {
            await rows.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public static byte[] Digest(string topic, byte[] payload) => SHA256.HashData([.. Encoding.UTF8.GetBytes(topic), 0, .. payload]);
}
