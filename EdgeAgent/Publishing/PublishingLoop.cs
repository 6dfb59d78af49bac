using System.Text.Json;
using LeafSeg.Common.Json;
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
    SetAsideResults setAside,
    MqttLink link,
    RigName rig,
    Topics topics,
    Announcement announcement,
    ClockCorrection clockCorrection,
    RunGoal goal,
    RecentResults recent,
    Counters counters,
    AlarmBoard alarms,
    TimeProvider time,
    ILogger<PublishingLoop> log) : BackgroundService
{
    /// <summary>How long a stopping agent continues sending.</summary>
    private static readonly TimeSpan LastSending = TimeSpan.FromSeconds(5);

    /// <summary>So often in a row the broker may hang up over one result before it goes without its leaves; then as often again.</summary>
    private const int HangUpsBefore = 3;

    /// <summary>The broker's limit may have been raised.</summary>
    private static readonly TimeSpan LimitIsTriedAgain = TimeSpan.FromHours(1);

    private readonly Backoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    private long connection;
    private long everSentUpTo;

    /// <summary>Bytes from which on a result is too large for the broker, which has not said so before.</summary>
    private int tooLargeFrom = int.MaxValue;
    private long tooLargeSince;

    private Attempt trying = new(0);

    /// <summary>Sends the rest, as far as a short time and the broker allow.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LastSending);
        try
        {
            while (link.Status.Connected && await NextAsync(deadline.Token) is { } entry)
            {
                await SendOrSetAsideAsync(entry, deadline.Token);
            }

            if (link.Status.Connected)
            {
                await SendPlantsAsync(deadline.Token);
            }
        }
        catch (Exception e) when (e is LinkException or OperationCanceledException or SqliteException or IOException or UnauthorizedAccessException)
        {
            LogLeft(outbox.Depth, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (outbox.Depth > 0)
        {
            LogFound(outbox.Depth);
        }

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

                await SendOrSetAsideAsync(next, stoppingToken);
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
            catch (Exception e) when (e is LinkException or SqliteException or IOException or UnauthorizedAccessException)
            {
                alarms.Raise(AlarmCode.ResultsRefused, AlarmSeverity.Critical, e.Message);
                await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<OutboxEntry?> NextAsync(CancellationToken cancellationToken)
    {
        long now = await link.ConnectedAsync(cancellationToken);

        // Not while another client uses this rig's name: there is a new connection each time that one has thrown the other out.
        if (now != connection && !alarms.Lasting.ContainsKey(AlarmCode.SessionTaken))
        {
            outbox.SendAgain();
        }

        connection = now;
        return outbox.Oldest();
    }

    /// <summary>Sends a result; what can never be sent must not stop those behind it.</summary>
    private async Task SendOrSetAsideAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (trying.Sequence != entry.Sequence)
        {
            trying = new Attempt(entry.Sequence);
        }

        try
        {
            await SendAsync(entry, cancellationToken);
        }
        catch (JsonException e)
        {
            SetAside(entry, $"it cannot be read as a result ({JsonFault.InWords(e)})");
        }
        catch (LinkException e) when (e.Failure == LinkFailure.TooLarge)
        {
            SetAside(entry, e.Message);
        }
        catch (LinkException e) when (e.Failure == LinkFailure.HungUp && trying.IsPublished)
        {
            // The result itself was taken: it is not held back for its events.
            trying.HangUpsOverEvents++;
            throw;
        }
        catch (LinkException e) when (e.Failure == LinkFailure.HungUp)
        {
            trying.HangUps++;
            if (trying.HangUps >= 2 * HangUpsBefore)
            {
                SetAside(entry, $"the broker hangs up each time that it is sent ({e.Message})");
            }

            throw;
        }
    }

    private void SetAside(OutboxEntry entry, string reason)
    {
        setAside.Add(entry, reason);
        outbox.Remove(entry.Sequence);
        outboxWatch.Look();
        if (!entry.FromEarlierRun)
        {
            goal.GiveUp();
        }
    }

    private async Task SendAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        CaptureResult recorded = MessageJson.ReadCapture(entry.Payload);

        // A rig that has another name since then: topic and payload agree, and where the old topics are is not known to be allowed.
        CaptureResult capture = clockCorrection.Stamp(recorded) with
        {
            Site = rig.Site,
            Rig = rig.Rig,
            Replayed = entry.FromEarlierRun || entry.Sequence <= everSentUpTo,
        };
        trying.IsPublished = false;
        await PublishAsync(entry, capture, capture == recorded ? entry.Payload : MessageJson.Write(capture), cancellationToken);
        trying.IsPublished = true;
        foreach (PlantEvent happened in trying.HangUpsOverEvents < HangUpsBefore ? PlantEvent.Of(capture) : [])
        {
            await link.AnnounceAsync(new OutgoingMessage { Topic = topics.Event(happened.Kind), Payload = MessageJson.Write(happened) }, connection, cancellationToken);
        }

        bool isNew = outbox.Acknowledge(entry.Sequence, [.. capture.Plants.Select(p => (p.Plant, MessageJson.Write(PlantState.From(capture, p))))]);
        recent.Acknowledge(entry.Sequence);
        if (!isNew)
        {
            return;
        }

        outboxWatch.Look();
        counters.Acknowledged.Increment();
        if (!entry.FromEarlierRun)
        {
            goal.Acknowledge();
        }

        await SendPlantsAsync(cancellationToken);
    }

    /// <summary>Publishes a result whole, or without its leaves where it is too large for the broker.</summary>
    private async Task PublishAsync(OutboxEntry entry, CaptureResult capture, byte[] payload, CancellationToken cancellationToken)
    {
        OutgoingMessage message = new() { Topic = topics.Capture, Payload = payload };
        if (time.GetElapsedTime(tooLargeSince) > LimitIsTriedAgain)
        {
            tooLargeFrom = int.MaxValue;
        }

        bool isWhole = message.Payload.Length <= link.RoomOn(message.Topic) && message.Payload.Length < tooLargeFrom && trying.HangUps < HangUpsBefore;
        if (isWhole)
        {
            try
            {
                await PublishAsync(entry, message, cancellationToken);
                return;
            }
            catch (LinkException e) when (e.Failure == LinkFailure.TooLarge)
            {
                // A broker that announces no limit has one all the same.
                (tooLargeFrom, tooLargeSince) = (message.Payload.Length, time.GetTimestamp());
            }
        }

        LogTooLarge(entry.Sequence, message.Payload.Length);
        await PublishAsync(entry, message with { Payload = MessageJson.Write(capture.WithoutLeaves()) }, cancellationToken);
    }

    private Task PublishAsync(OutboxEntry entry, OutgoingMessage message, CancellationToken cancellationToken)
    {
        everSentUpTo = Math.Max(everSentUpTo, entry.Sequence);
        counters.Published.Increment();

        // Not over a later connection: that one begins with older results.
        return link.PublishAsync(message, connection, cancellationToken);
    }

    private async Task SendPlantsAsync(CancellationToken cancellationToken)
    {
        foreach (PlantEntry plant in outbox.UnsentPlants())
        {
            // The outbox may still hold a plant that the settings no longer name.
            if (announcement.IsHere(plant.Plant))
            {
                await link.AnnounceAsync(announcement.Plant(plant), cancellationToken);
            }

            outbox.AcknowledgePlant(plant);
        }
    }

    /// <summary>The result that is on its way.</summary>
    private sealed class Attempt(long sequence)
    {
        public long Sequence => sequence;

        /// <summary>How often the broker has hung up over the result.</summary>
        public int HangUps { get; set; }

        /// <summary>The broker has acknowledged it over this connection; its events follow.</summary>
        public bool IsPublished { get; set; }

        public int HangUpsOverEvents { get; set; }
    }
}
