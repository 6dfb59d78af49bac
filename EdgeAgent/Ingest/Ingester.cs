using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>
/// Takes what all rigs at a broker publish into PostgreSQL. The broker has its acknowledgement after the commit: what is not
/// committed is delivered again, and what is delivered again is known by its id.
/// </summary>
internal sealed partial class Ingester(
    IngestOptions options, BrokerOptions broker, BrokerAddress address, BrokerAccess access, NpgsqlDataSource source, TimeProvider time, ILogger<Ingester> log) : IAsyncDisposable
{
    /// <summary>Nothing has come for so long: the broker has handed over all that it held.</summary>
    private static readonly TimeSpan Drained = TimeSpan.FromSeconds(5);

    private readonly Backoff brokerBackoff = new(TimeSpan.FromSeconds(broker.RetryFirstSeconds), TimeSpan.FromSeconds(broker.RetryLongestSeconds));
    private readonly Backoff databaseBackoff = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(30));
    private readonly IngestProgress progress = new(time);
    private FleetDatabase? database;

    /// <summary>Goes on until it is cancelled, whatever is away meanwhile.</summary>
    /// <exception cref="Faults.AgentException">The database is there and of no use.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A wrong database ends the program before a broker keeps anything for it.
        await UntilOpenAsync(cancellationToken);
        while (true)
        {
            await using FleetSession session = await UntilConnectedAsync(cancellationToken);
            await TakeAsync(session, cancellationToken);
            LogLost(address, session.Lost ?? "closed");
        }
    }

    /// <summary>Takes what the broker still holds for this ingester, and ends its session there: nothing is kept for it any more.</summary>
    /// <returns>Messages that were taken.</returns>
    public async Task<long> LeaveAsync(CancellationToken cancellationToken)
    {
        await UntilOpenAsync(cancellationToken);
        while (true)
        {
            await using FleetSession session = await UntilConnectedAsync(cancellationToken);
            await session.UnsubscribeAsync(cancellationToken);
            if (await TakeAsync(session, cancellationToken, Drained))
            {
                await session.EndAsync(cancellationToken);
                return progress.Messages;
            }

            LogLost(address, session.Lost ?? "closed");
        }
    }

    /// <summary>Returns once all of them are committed, however long that takes.</summary>
    /// <returns>Those that were set aside.</returns>
    public async Task<IReadOnlyList<Delivery>> StoreAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await UntilOpenAsync(cancellationToken);
                progress.Count(batch, await database!.WriteAsync(batch, cancellationToken));
                databaseBackoff.Reset();
                return [.. batch.Where(delivery => delivery.Reading is UnreadableReading)];
            }
            catch (Exception e) when (DatabaseFault.IsOfAMessage(e) && batch.Any(delivery => delivery.Reading is not UnreadableReading))
            {
                // Half of them at a time: one message is found in a dozen transactions, and the others are not held up.
                if (batch.Count > 1)
                {
                    int half = batch.Count / 2;
                    return [.. await StoreAsync([.. batch.Take(half)], cancellationToken), .. await StoreAsync([.. batch.Skip(half)], cancellationToken)];
                }

                batch = [batch[0].Refused(DatabaseFault.InWords(e))];
            }
            catch (Exception e) when (DatabaseFault.MayPass(e))
            {
                await WaitForDatabaseAsync(e, cancellationToken);
            }
            catch (PostgresException e) when (DatabaseFault.Permanent(e) is { } permanent)
            {
                throw permanent;
            }
        }
    }

    public ValueTask DisposeAsync() => database?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Returns when the connection is lost. What is left then is delivered again over the next one.</summary>
    /// <returns>True: the connection is there, and nothing has come for as long as <paramref name="silence"/>.</returns>
    private async Task<bool> TakeAsync(FleetSession session, CancellationToken cancellationToken, TimeSpan? silence = null)
    {
        List<Delivery> batch = new(options.BatchSize);
        while (true)
        {
            switch (await MoreAsync(session, silence, cancellationToken))
            {
                case false:
                    return false;
                case null:
                    return true;
            }

            while (batch.Count < options.BatchSize && session.Deliveries.TryRead(out Delivery? delivery))
            {
                batch.Add(delivery);
            }

            foreach (Delivery refused in await StoreAsync(batch, cancellationToken))
            {
                LogSetAside(refused.Topic, ((UnreadableReading)refused.Reading).Reason);
            }

            if (!await AcknowledgeAsync(batch, cancellationToken))
            {
                return false;
            }

            batch.Clear();
            if (progress.Due() is { } report)
            {
                LogProgress(report.Captures, report.Known, report.SetAside, report.Seconds);
            }
        }
    }

    /// <returns>True: there are deliveries; false: the connection is lost; null: nothing has come for so long.</returns>
    private static async Task<bool?> MoreAsync(FleetSession session, TimeSpan? silence, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(silence ?? Timeout.InfiniteTimeSpan);
        try
        {
            return await session.Deliveries.WaitToReadAsync(patience.Token) && session.Lost is null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>False: the connection is of no use any more. What is not acknowledged comes again, and is known.</returns>
    private static async Task<bool> AcknowledgeAsync(List<Delivery> batch, CancellationToken cancellationToken)
    {
        try
        {
            foreach (Delivery delivery in batch)
            {
                await delivery.AcknowledgeAsync(cancellationToken);
            }

            return true;
        }
#pragma warning disable CA1031 // The library (5.2) throws whatever a lost connection leads to, NullReferenceException too.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private async Task UntilOpenAsync(CancellationToken cancellationToken)
    {
        while (database is null)
        {
            try
            {
                database = await FleetDatabase.OpenAsync(source, options.Name, time, cancellationToken);
            }
            catch (Exception e) when (DatabaseFault.MayPass(e))
            {
                await WaitForDatabaseAsync(e, cancellationToken);
            }
            catch (PostgresException e) when (DatabaseFault.Permanent(e) is { } permanent)
            {
                throw permanent;
            }
        }
    }

    private async Task WaitForDatabaseAsync(Exception e, CancellationToken cancellationToken)
    {
        if (database is not null)
        {
            await database.DisposeAsync();
            database = null;
        }

        TimeSpan wait = databaseBackoff.Next();
        LogDatabaseAway(DatabaseFault.InWords(e), wait.TotalSeconds);
        await Task.Delay(wait, time, cancellationToken);
    }

    private async Task<FleetSession> UntilConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                FleetSession session = await FleetSession.OpenAsync(options, broker, address, access, time, cancellationToken);
                brokerBackoff.Reset();
                LogConnected(address, options.ClientId);
                if (session.IsNew)
                {
                    LogNewSession(options.ClientId);
                }

                return session;
            }
            catch (LinkException e)
            {
                TimeSpan wait = brokerBackoff.Next();
                LogBrokerAway(address, e.Message, wait.TotalSeconds);
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }
}
