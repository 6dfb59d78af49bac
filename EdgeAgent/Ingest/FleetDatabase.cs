using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>The connection to the database: writes a batch of messages in one transaction.</summary>
internal sealed class FleetDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly FleetNames names = new();
    private readonly HashSet<(int Year, int Month)> months = [];
    private readonly TimeProvider time;

    private FleetDatabase(NpgsqlConnection connection, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
    }

    public static NpgsqlDataSource Source(IngestOptions options)
    {
        NpgsqlConnectionStringBuilder builder = new(options.Database)
        {
            Pooling = false,
            ApplicationName = options.ClientId,
            Timezone = "UTC",

            // The reason that is kept with a message says which value it was.
            IncludeErrorDetail = true,
        };
        if (options.PasswordFile is { } file)
        {
            builder.Password = SecretFile.Read("ingest.passwordFile", file);
        }

        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    /// <exception cref="AgentException">The tables are missing or of another version, or another ingester has this name.</exception>
    public static async Task<FleetDatabase> OpenAsync(NpgsqlDataSource source, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await FleetSchema.CheckAsync(connection, cancellationToken);
            await using NpgsqlBatch prepare = new(connection)
            {
                BatchCommands =
                {
                    new("select pg_try_advisory_lock(hashtext('leafseg.ingest'), hashtext($1))") { Parameters = { new NpgsqlParameter { Value = name } } },
                    new("create temp table incoming_captures (like leafseg.captures including defaults) on commit delete rows"),
                    new("create temp table incoming_health (like leafseg.health including defaults) on commit delete rows"),
                },
            };
            return await prepare.ExecuteScalarAsync(cancellationToken) is true
                ? new FleetDatabase(connection, time)
                : throw new NameInUseException(name);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes all of them or none. What is there already stays as it is.</summary>
    /// <returns>How many captures were new.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        Reading[] readings = [.. batch.Select(delivery => delivery.Reading).Where(reading => reading is not UnreadableReading)];
        await SeeToMonthsAsync(readings, cancellationToken);
        await names.EnterAsync(connection, readings, cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        int written = await new CaptureRows(connection, names).WriteAsync([.. readings.OfType<CaptureReading>()], cancellationToken);
        await HealthRows.WriteAsync(connection, names, [.. readings.OfType<HealthReading>()], cancellationToken);
        await RigStates.WriteAsync(connection, names, readings, cancellationToken);
        await SetAsideRows.WriteAsync(connection, batch, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return written;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>
    /// The months of the messages get their partitions, as far as they can be a season's. A rig whose clock is wrong by years
    /// must not make a table for each of them: that goes to the default partition.
    /// </summary>
    private async Task SeeToMonthsAsync(Reading[] readings, CancellationToken cancellationToken)
    {
        DateTimeOffset first = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset last = time.GetUtcNow().AddMonths(1);
        IEnumerable<DateTimeOffset> times = readings
            .Select(reading => reading switch { CaptureReading capture => capture.Taken, HealthReading health => health.Health.Time, _ => (DateTimeOffset?)null })
            .OfType<DateTimeOffset>()
            .Where(moment => moment >= first && moment < last);
        foreach ((int year, int month) in times.Select(moment => (moment.UtcDateTime.Year, moment.UtcDateTime.Month)).Distinct().Where(one => !months.Contains(one)).Order().ToArray())
        {
            await using NpgsqlCommand add = new("select leafseg.add_month($1)", connection) { Parameters = { new() { Value = new DateTime(year, month, 1, 0, 0, 0, DateTimeKind.Utc) } } };
            await add.ExecuteNonQueryAsync(cancellationToken);
            months.Add((year, month));
        }
    }
}
