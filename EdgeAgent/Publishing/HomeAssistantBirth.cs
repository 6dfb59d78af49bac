using System.Threading.Channels;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>Announces the rig again when Home Assistant publishes its start.</summary>
internal sealed partial class HomeAssistantBirth : BackgroundService
{
    private readonly MqttLink link;
    private readonly Announcement announcement;
    private readonly ILogger<HomeAssistantBirth> log;
    private readonly Channel<bool> births = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public HomeAssistantBirth(HomeAssistantOptions options, MqttLink link, Announcement announcement, ILogger<HomeAssistantBirth> log)
    {
        this.link = link;
        this.announcement = announcement;
        this.log = log;
        link.Subscribe(options.BirthTopic, message =>
        {
            if (message.Payload.AsSpan().SequenceEqual("online"u8))
            {
                births.Writer.TryWrite(true);
            }
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (bool _ in births.Reader.ReadAllAsync(stoppingToken))
            {
                await PublishAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PublishAsync(CancellationToken stoppingToken)
    {
        await link.ConnectedAsync(stoppingToken);
        try
        {
            foreach (OutgoingMessage message in announcement.Rediscovery())
            {
                await link.PublishAsync(message, stoppingToken);
            }
        }
        catch (LinkException e)
        {
            // Not connected: published with the birth messages. Refused: again when either of the two starts.
            LogNotPublished(e.Message);
        }
    }

    [LoggerMessage(431, LogLevel.Warning, "The discovery messages for Home Assistant could not be published: {Reason}")]
    private partial void LogNotPublished(string reason);
}
