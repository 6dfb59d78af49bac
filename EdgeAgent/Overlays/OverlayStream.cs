using System.Threading.Channels;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>Sends every overlay, where the settings request it. It delays no result: while it sends, or the broker is unreachable, only the newest waits.</summary>
internal sealed partial class OverlayStream(ImageSender images, MqttLink link, ILogger<OverlayStream> log) : BackgroundService
{
    private readonly Channel<(Guid Capture, byte[] Jpeg)> newest = Channel.CreateBounded<(Guid, byte[])>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Offer(Guid capture, byte[] jpeg) => newest.Writer.TryWrite((capture, jpeg));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await newest.Reader.WaitToReadAsync(stoppingToken))
            {
                await link.ConnectedAsync(stoppingToken);
                if (newest.Reader.TryRead(out (Guid Capture, byte[] Jpeg) overlay))
                {
                    await SendAsync(overlay.Capture, overlay.Jpeg, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task SendAsync(Guid capture, byte[] jpeg, CancellationToken stoppingToken)
    {
        try
        {
            await images.SendAsync(capture, jpeg, stoppingToken);
        }
        catch (LinkException e)
        {
            LogUnsent(capture, e.Message);
        }
    }

    [LoggerMessage(441, LogLevel.Warning, "The overlay of {Capture} was not sent: {Reason}")]
    private partial void LogUnsent(Guid capture, string reason);
}
