using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>The newest that each rig says of itself.</summary>
internal static class RigStates
{
    public static async Task WriteAsync(NpgsqlConnection connection, FleetNames names, IEnumerable<Reading> readings, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);

        // The last of each counts. By rig: two ingesters never wait for each other.
        IEnumerable<Reading> newest = readings
            .Where(reading => reading is StatusReading or InfoReading or AlarmReading or UpdateReading)
            .GroupBy(reading => (names.Rig(reading.Rig), reading.GetType().Name, (reading as AlarmReading)?.Code))
            .OrderBy(group => group.Key)
            .Select(group => group.Last());
        foreach (Reading reading in newest)
        {
            batch.BatchCommands.Add(Command(names.Rig(reading.Rig), reading));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static NpgsqlBatchCommand Command(int rig, Reading reading) => reading switch
    {
        StatusReading { Status: var status } => Command(
            "update leafseg.rigs set status = $2, status_since = now() where rig_id = $1 and status is distinct from $2", rig, Text(status)),
        InfoReading { Info: var info } => Command(
            "update leafseg.rigs set agent_version = $2, model_name = $3, model_version = $4, model_digest = $5, provider = $6 where rig_id = $1",
            rig, info.Agent.Version, info.Model.Name, info.Model.Version, info.Model.Digest, info.Provider),
        AlarmReading { Alarm: null } over => Command("delete from leafseg.alarms where rig_id = $1 and code = $2", rig, over.Code),
        AlarmReading { Alarm: { } alarm } lasting => Command(
            """
            insert into leafseg.alarms (rig_id, code, since, severity, detail) values ($1, $2, $3, $4, $5)
            on conflict (rig_id, code) do update set since = excluded.since, severity = excluded.severity, detail = excluded.detail
            """,
            rig, lasting.Code, alarm.Since.UtcDateTime, MessageWords.Of(alarm.Severity), alarm.Detail),
        UpdateReading { Reported: var reported } => Command(
            "update leafseg.rigs set update_state = $2, update_wanted = $3, update_reason = $4, update_time = $5 where rig_id = $1",
            rig, MessageWords.Of(reported.State), Text(reported.Wanted?.Version), Text(reported.Reason), reported.Time.UtcDateTime),
        _ => throw new ArgumentException($"{reading.GetType().Name} is no state of a rig", nameof(reading)),
    };

    private static NpgsqlBatchCommand Command(string text, params object[] values)
    {
        NpgsqlBatchCommand command = new(text);
        foreach (object value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static NpgsqlParameter Text(string? text) => new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)text ?? DBNull.Value };
}
