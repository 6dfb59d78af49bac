using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>
/// Sends what the outbox holds, oldest first; the next only after the broker has acknowledged the one before. Each new
/// connection begins with the newest results that were acknowledged over the one before: the broker may have forgotten them.
/// </summary>
internal sealed partial class PublishingLoop(
    OutboxStore outbox,
    OutboxWatch outboxWatch,
    MqttLink link,
    Topics topics,
    Announcement announcement,
    LateStamp lateStamp,
    RunGoal goal,
    RecentResults recent,
    Counters counters,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<PublishingLoop> log) : BackgroundService
{
    /// <summary>How long a stopping agent goes on sending.</summary>
    private static readonly TimeSpan LastSending = TimeSpan.FromSeconds(5);

    private readonly Backoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    private readonly HashSet<string> toldPlants = [];
    private long connection;
    private long everSentUpTo;

    /// <summary>Sends the rest, as far as a short time and the broker allow.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LastSending);
        try
        {
            while (link.Status.Connected && await NextAsync(deadline.Token) is { } entry)
                await SendAsync(entry, deadline.Token);
            if (link.Status.Connected)
                await SendPlantsAsync(deadline.Token);
        }
        catch (Exception e) when (e is LinkException or OperationCanceledException or SqliteException)
        {
            LogLeft(outbox.Depth, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (outbox.Depth > 0)
            LogFound(outbox.Depth);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Task more = outbox.More;
                OutboxEntry? next = await NextAsync(stoppingToken);
                await SendPlantsAsync(stoppingToken);
                if (next is null)
                {
                    await Task.WhenAny(more, link.LostAsync(connection)).WaitAsync(stoppingToken);
                    continue;
                }

                await SendAsync(next, stoppingToken);
                backoff.Reset();
                alarms.Clear(AlarmCode.ResultsRefused);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (LinkException e) when (!e.Refused)
            {
                // The link sees to it; the result is still there when it is back.
            }
            catch (Exception e) when (e is LinkException or SqliteException)
            {
                alarms.Raise(AlarmCode.ResultsRefused, AlarmSeverity.Critical, e.Message);
                await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<OutboxEntry?> NextAsync(CancellationToken cancellationToken)
    {
        long now = await link.ConnectedAsync(cancellationToken);
        if (now != connection)
            outbox.SendAgain();
        connection = now;
        return outbox.Oldest();
    }

    private async Task SendAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        CaptureResult capture = lateStamp.Stamp(MessageJson.ReadCapture(entry.Payload));
        OutgoingMessage message = Message(entry, capture);
        everSentUpTo = Math.Max(everSentUpTo, entry.Sequence);
        counters.Published.Increment();

        // Not over a later connection: that one begins with older results.
        await link.PublishAsync(message, connection, cancellationToken);
        if (!outbox.Acknowledge(entry.Sequence, [.. capture.Plants.Select(p => (p.Plant, MessageJson.Write(PlantState.From(capture, p))))]))
            return;
        outboxWatch.Look();
        counters.Acknowledged.Increment();
        recent.Acknowledge(entry.Sequence);
        if (!entry.FromEarlierRun)
            goal.Acknowledge();
        await SendPlantsAsync(cancellationToken);
    }

    private async Task SendPlantsAsync(CancellationToken cancellationToken)
    {
        foreach (PlantEntry plant in outbox.UnsentPlants())
        {
            if (!toldPlants.Contains(plant.Plant))
            {
                foreach (OutgoingMessage message in announcement.NewPlant())
                    await link.AnnounceAsync(message, cancellationToken);
                toldPlants.Add(plant.Plant);
            }

            // What waited may still tell of a plant that the settings name no longer.
            if (announcement.IsHere(plant.Plant))
                await link.AnnounceAsync(announcement.Plant(plant), cancellationToken);
            outbox.AcknowledgePlant(plant);
        }
    }

    private OutgoingMessage Message(OutboxEntry entry, CaptureResult capture)
    {
        capture = capture with { Replayed = entry.FromEarlierRun || entry.Sequence <= everSentUpTo };
        OutgoingMessage message = new() { Topic = topics.Capture, Payload = MessageJson.Write(capture) };
        if (message.Payload.Length <= link.RoomOn(message.Topic))
            return message;

        LogTooLarge(entry.Sequence, message.Payload.Length, link.MaximumPacketSize!.Value);
        return message with { Payload = MessageJson.Write(capture.WithoutLeaves()) };
    }
}
