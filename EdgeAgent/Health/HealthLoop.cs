using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Publishing;

namespace LeafSeg.EdgeAgent.Health;

/// <summary>Tells the broker how the rig is: every minute, and at once when an alarm comes or goes.</summary>
internal sealed class HealthLoop(
    MqttLink link, Announcement announcement, AlarmBoard alarms, CameraStatus camera, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    /// <summary>Holds at most one wish: however often something changes, the newest state is told once.</summary>
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private HashSet<string> announced = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        alarms.Changed += Wake;
        camera.SizeChanged += Wake;
        using ITimer timer = time.CreateTimer(_ => Wake(), null, Interval, Interval);
        try
        {
            await foreach (bool _ in changes.Reader.ReadAllAsync(stoppingToken))
            {
                await link.ConnectedAsync(stoppingToken);
                await TellAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            alarms.Changed -= Wake;
            camera.SizeChanged -= Wake;
        }
    }

    private void Wake() => changes.Writer.TryWrite(true);

    private async Task TellAsync(CancellationToken stoppingToken)
    {
        IReadOnlyDictionary<string, Alarm> lasting = alarms.Lasting;
        try
        {
            foreach (string code in announced.Except(lasting.Keys).ToList())
                await link.PublishAsync(announcement.Over(code), stoppingToken);
            foreach ((string code, Alarm alarm) in lasting)
                await link.PublishAsync(announcement.Lasting(code, alarm), stoppingToken);
            announced = [.. announced, .. lasting.Keys];
            announced.IntersectWith(lasting.Keys);
            await link.PublishAsync(announcement.Info(), stoppingToken);
            await link.PublishAsync(announcement.Health(), stoppingToken);
        }
        catch (LinkException)
        {
            // Birth tells it all again when the broker is back; what has gone meanwhile is told then.
            Wake();
        }
    }
}
