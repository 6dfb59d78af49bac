using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>Takes commands from the broker, one after the other, and sends the answers.</summary>
internal sealed partial class CommandLoop : BackgroundService
{
    /// <summary>More at once is no person and no dashboard.</summary>
    private const int Waiting = 64;

    private readonly CommandHandler handler;
    private readonly PauseSwitch pause;
    private readonly MqttLink link;
    private readonly Topics topics;
    private readonly Announcement announcement;
    private readonly ILogger<CommandLoop> log;
    private readonly Channel<IncomingMessage> commands = Channel.CreateBounded<IncomingMessage>(Waiting);

    public CommandLoop(CommandHandler handler, PauseSwitch pause, MqttLink link, Topics topics, Announcement announcement, ILogger<CommandLoop> log)
    {
        this.handler = handler;
        this.pause = pause;
        this.link = link;
        this.topics = topics;
        this.announcement = announcement;
        this.log = log;
        link.Subscribe(topics.Commands, Take);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (pause.IsOn)
        {
            LogPaused();
        }

        try
        {
            await foreach (IncomingMessage message in commands.Reader.ReadAllAsync(stoppingToken))
            {
                await AnswerAsync(message, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Take(IncomingMessage message)
    {
        if (!commands.Writer.TryWrite(message))
        {
            LogTooMany(message.Topic);
        }
    }

    private async Task AnswerAsync(IncomingMessage message, CancellationToken stoppingToken)
    {
        bool wasPaused = pause.IsOn;
        try
        {
            // A command may come with the connection itself.
            await link.ConnectedAsync(stoppingToken);
            (string? id, byte[] answer) = await handler.AnswerAsync(message, stoppingToken);
            LogAnswered(message.Topic, id);
            if (pause.IsOn != wasPaused)
            {
                await link.PublishAsync(announcement.Health(), stoppingToken);
            }

            await ReplyAsync(message, id, answer, stoppingToken);
        }
        catch (LinkException e)
        {
            // A request with the same id gets the stored answer.
            LogUnheard(message.Topic, e.Message);
        }
    }

    private async Task ReplyAsync(IncomingMessage message, string? id, byte[] answer, CancellationToken stoppingToken)
    {
        OutgoingMessage reply = new() { Topic = topics.CommandResult(id), Payload = answer, CorrelationData = message.CorrelationData };
        if (ReplyAddress.IsUsable(message.ResponseTopic))
        {
            try
            {
                await link.PublishAsync(reply with { Topic = message.ResponseTopic! }, stoppingToken);
                return;
            }
            catch (LinkException e) when (e.Refused)
            {
                // The broker does not let the rig write there; the answer is on the rig's own topic then.
                LogUnheard(message.ResponseTopic!, e.Message);
            }
        }

        await link.PublishAsync(reply, stoppingToken);
    }
}
