using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>Subscribes to model/desired, and publishes on model/reported each state of a request, in order.</summary>
internal sealed partial class ModelReporting : BackgroundService
{
    /// <summary>While there is no broker the oldest states are forgotten; the newest is what counts.</summary>
    private const int Waiting = 64;

    private readonly MqttLink link;
    private readonly Topics topics;
    private readonly UpdateJournal journal;
    private readonly ModelStore store;
    private readonly InfoReport info;
    private readonly Announcement announcement;
    private readonly TimeProvider time;
    private readonly ILogger<ModelReporting> log;
    private readonly Channel<UpdateState> states = Channel.CreateBounded<UpdateState>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private string? publishedDigest;

    public ModelReporting(
        MqttLink link, Topics topics, UpdateJournal journal, ModelStore store, InfoReport info, Announcement announcement, UpdateLoop loop,
        TimeProvider time, ILogger<ModelReporting> log)
    {
        (this.link, this.topics, this.journal, this.store) = (link, topics, journal, store);
        (this.info, this.announcement, this.time, this.log) = (info, announcement, time, log);
        link.Subscribe(topics.ModelDesired, message => loop.Desired(message.Payload));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        journal.Changed += Add;
        link.Established += AddNow;
        AddNow();
        try
        {
            await foreach (UpdateState state in states.Reader.ReadAllAsync(stoppingToken))
            {
                await link.ConnectedAsync(stoppingToken);
                await PublishAsync(state, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            journal.Changed -= Add;
            link.Established -= AddNow;
        }
    }

    private void Add(UpdateState state) => states.Writer.TryWrite(state);

    /// <summary>Without a request, the model in use is reported.</summary>
    private void AddNow() => Add(journal.State.Request is null ? journal.State with { State = ModelState.Active } : journal.State);

    private async Task PublishAsync(UpdateState state, CancellationToken stoppingToken)
    {
        ReportedModel report = Report(state, info.Model());
        try
        {
            if (publishedDigest is not null && publishedDigest != report.Active.Digest)
            {
                await link.PublishAsync(announcement.Info(), stoppingToken);
            }

            await link.PublishAsync(new OutgoingMessage { Topic = topics.ModelReported, Payload = MessageJson.Write(report), Retain = true }, stoppingToken);
            publishedDigest = report.Active.Digest;
        }
        catch (LinkException e)
        {
            LogNotPublished(e.Message);
        }
    }

    private ReportedModel Report(UpdateState state, ModelInfo active) => new()
    {
        Time = time.GetUtcNow(),
        RequestId = state.Request?.RequestId,
        State = state.State,
        Reason = state.Reason,
        Progress = state.Progress,
        Active = active,
        LastGood = store.LastGood,
        Wanted = state.Request is { } wanted ? new WantedModel { Target = wanted.Target, Version = wanted.Version, Digest = state.Digest } : null,
        Trial = state.Trial,
    };

    [LoggerMessage(831, LogLevel.Warning, "model/reported could not be published: {Reason}")]
    private partial void LogNotPublished(string reason);
}
