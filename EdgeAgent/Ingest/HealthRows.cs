using LeafSeg.Common.Messages;
using Npgsql;
using NpgsqlTypes;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>The health of the rigs over time.</summary>
internal static class HealthRows
{
    private const string Incoming = """
        copy incoming_health (time, rig_id, boot, uptime_s, temperature_c, throttled, disk_used_percent, outbox_depth, missed_triggers, clock_state, clock_error_ms,
          paused, alarms) from stdin (format binary)
        """;

    private const string Enter = "insert into leafseg.health select * from incoming_health order by rig_id, time on conflict do nothing";

    public static async Task WriteAsync(NpgsqlConnection connection, FleetNames names, IReadOnlyList<HealthReading> readings, CancellationToken cancellationToken)
    {
        if (readings.Count == 0)
        {
            return;
        }

        await using (NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(Incoming, cancellationToken))
        {
            foreach (HealthReading reading in readings)
            {
                Write(copy, names.Rig(reading.Rig), reading.Health);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await using NpgsqlCommand enter = new(Enter, connection);
        await enter.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Write(NpgsqlBinaryImporter copy, int rig, RigHealth health)
    {
        copy.StartRow();
        copy.Write(health.Time.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(rig, NpgsqlDbType.Integer);
        copy.Write(health.Boot, NpgsqlDbType.Text);
        copy.Write(health.UptimeS, NpgsqlDbType.Bigint);
        copy.OrNull(health.TemperatureC);
        copy.OrNull(health.Throttled);
        copy.OrNull(health.DiskUsedPercent);
        copy.Write(health.OutboxDepth, NpgsqlDbType.Bigint);
        copy.Write(health.MissedTriggers, NpgsqlDbType.Bigint);
        copy.Write(MessageWords.Of(health.Clock.State), NpgsqlDbType.Text);
        copy.OrNull(health.Clock.ErrorMs);
        copy.Write(health.Paused, NpgsqlDbType.Boolean);
        copy.Write(health.Alarms.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }
}
