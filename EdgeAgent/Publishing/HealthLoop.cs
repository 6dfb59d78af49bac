using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>Publishes the rig's health: every minute, and at once when an alarm is raised or cleared.</summary>
internal sealed partial class HealthLoop(
    MqttLink link,
    Announcement announcement,
    AlarmBoard alarms,
    IReadOnlyList<CameraStatus> cameras,
    TimeProvider time,
    ILogger<HealthLoop> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    /// <summary>Holds at most one request: however often something changes, the newest state is published once.</summary>
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Codes whose topics may hold something; over a new connection that is any, from an earlier run too.</summary>
    private readonly HashSet<string> announced = [];
    private byte[] announcedInfo = [];
    private long announcedOver;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        link.Established += Wake;
        alarms.Changed += Wake;
        foreach (CameraStatus camera in cameras)
        {
            camera.SizeChanged += Wake;
        }

        await using ITimer timer = time.CreateTimer(_ => Wake(), null, Interval, Interval);
        try
        {
            // The link may have been faster than this loop, and say nothing more.
            Wake();
            await foreach (bool _ in changes.Reader.ReadAllAsync(stoppingToken))
            {
                long connection = await link.ConnectedAsync(stoppingToken);
                if (connection != announcedOver)
                {
                    announced.UnionWith(AlarmCode.All);
                }

                announcedOver = connection;
                await PublishAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            link.Established -= Wake;
            alarms.Changed -= Wake;
            foreach (CameraStatus camera in cameras)
            {
                camera.SizeChanged -= Wake;
            }
        }
    }

    private void Wake() => changes.Writer.TryWrite(true);

    private async Task PublishAsync(CancellationToken stoppingToken)
    {
        IReadOnlyDictionary<string, Alarm> lasting = alarms.Lasting;
        List<string> over = [.. announced.Except(lasting.Keys)];
        announced.UnionWith(lasting.Keys);
        try
        {
            foreach ((string code, Alarm alarm) in lasting)
            {
                await link.PublishAsync(announcement.Lasting(code, alarm), stoppingToken);
            }

            foreach (string code in over)
            {
                await link.PublishAsync(announcement.Over(code), stoppingToken);
            }

            announced.ExceptWith(over);

            OutgoingMessage info = announcement.Info();
            if (!info.Payload.AsSpan().SequenceEqual(announcedInfo))
            {
                await link.PublishAsync(info, stoppingToken);
            }

            announcedInfo = info.Payload;
            await link.PublishAsync(announcement.Health(), stoppingToken);
        }
        catch (LinkException e)
        {
            // Not connected: published when the link is established. Refused: again in a minute.
            LogNotPublished(e.Message);
        }
    }
}
