using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Health;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>Sends what the outbox holds, oldest first; the next only after the broker has acknowledged the one before.</summary>
internal sealed partial class PublishingLoop(
    Outbox outbox,
    OutboxWatch outboxWatch,
    MqttLink link,
    Topics topics,
    Announcement announcement,
    RunGoal goal,
    RecentResults recent,
    Counters counters,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<PublishingLoop> log) : BackgroundService
{
    /// <summary>A packet is its payload, its topic and some bytes of MQTT.</summary>
    private const int PacketOverhead = 256;

    /// <summary>How long a stopping agent goes on sending.</summary>
    private static readonly TimeSpan LastSending = TimeSpan.FromSeconds(5);

    private readonly Backoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    private readonly HashSet<string> toldPlants = [];
    private long? sentBefore;

    /// <summary>Sends the rest, as far as a short time and the broker allow.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LastSending);
        try
        {
            while (link.Status.Connected && outbox.Oldest() is { } entry)
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
                await link.ConnectedAsync(stoppingToken);
                await SendPlantsAsync(stoppingToken);
                await SendAsync(await outbox.OldestAsync(stoppingToken), stoppingToken);
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

    private async Task SendAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        CaptureResult capture = MessageJson.ReadCapture(entry.Payload);
        OutgoingMessage message = Message(entry, capture);
        sentBefore = entry.Sequence;
        counters.Published.Increment();
        await link.PublishAsync(message, cancellationToken);

        outbox.Acknowledge(entry.Sequence, [.. capture.Plants.Select(p => (p.Plant, MessageJson.Write(PlantState.From(capture, p))))]);
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
                    await link.PublishAsync(message, cancellationToken);
                toldPlants.Add(plant.Plant);
            }

            await link.PublishAsync(announcement.Plant(plant), cancellationToken);
            outbox.AcknowledgePlant(plant);
        }
    }

    private OutgoingMessage Message(OutboxEntry entry, CaptureResult capture)
    {
        capture = capture with { Replayed = entry.FromEarlierRun || sentBefore == entry.Sequence };
        OutgoingMessage message = new() { Topic = topics.Capture, Payload = MessageJson.Write(capture) };
        if (message.Payload.Length + PacketOverhead <= (link.MaximumPacketSize ?? uint.MaxValue))
            return message;

        LogTooLarge(entry.Sequence, message.Payload.Length, link.MaximumPacketSize!.Value);
        return message with { Payload = MessageJson.Write(capture.WithoutLeaves()) };
    }
}
