using System.Collections.Concurrent;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>
/// Clears what the rig has published, retained, under a name that it had before, and its Home Assistant device. What the broker
/// refuses is named in an alarm, and tried again at the next start.
/// </summary>
internal sealed partial class FormerNameCleanup : BackgroundService
{
    private readonly MqttLink link;
    private readonly AnnouncedNames names;
    private readonly RigName rig;
    private readonly AlarmBoard alarms;
    private readonly ILogger<FormerNameCleanup> log;

    /// <summary>Topics that the broker does not let this rig clear.</summary>
    private readonly HashSet<string> refused = [];

    /// <summary>How often the broker hung up over a topic: some do so over what they do not allow, or over the one before.</summary>
    private readonly Dictionary<string, int> hangUps = [];

    /// <summary>So often the broker may hang up over a topic before that counts as a refusal.</summary>
    private const int HangUpsBefore = 3;

    /// <summary>Boot ids that came on <c>info</c> of a former name: a rig copied to another machine must not clear the first one's.</summary>
    private readonly ConcurrentDictionary<RigName, string> boots = new();

    public FormerNameCleanup(MqttLink link, AnnouncedNames names, RigName rig, AlarmBoard alarms, ILogger<FormerNameCleanup> log)
    {
        (this.link, this.names, this.rig, this.alarms, this.log) = (link, names, rig, alarms, log);
        foreach (AnnouncedName name in names.Former.Where(name => name.Name != rig))
        {
            link.Subscribe(name.Topics.Info, message =>
            {
                if (NameConflict.BootIn(message.Payload) is { } boot)
                {
                    boots[name.Name] = boot;
                }
            });
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (names.Former.Count > 0)
            {
                long connection = await link.ConnectedAsync(stoppingToken);
                bool done = true;
                foreach (AnnouncedName name in names.Former)
                {
                    done &= await ClearAsync(name, connection, stoppingToken);
                }

                if (done)
                {
                    return;
                }

                await link.LostAsync(connection).WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <returns>False: the connection was lost, all of it again over the next one.</returns>
    private async Task<bool> ClearAsync(AnnouncedName name, long connection, CancellationToken cancellationToken)
    {
        if (boots.TryGetValue(name.Name, out string? boot) && boot != name.Boot)
        {
            LogTaken(name.Site, name.Rig);
            names.Forget(name);
            return true;
        }

        int cleared = 0;
        foreach (string topic in TopicsOf(name).Except(refused))
        {
            try
            {
                await link.PublishAsync(new OutgoingMessage { Topic = topic, Payload = [], Retain = true }, connection, cancellationToken);
                cleared++;
            }
            catch (LinkException e) when (e.Refused)
            {
                refused.Add(topic);
            }
            catch (LinkException e)
            {
                hangUps[topic] = hangUps.GetValueOrDefault(topic) + (e.Failure == LinkFailure.HungUp ? 1 : 0);
                if (hangUps[topic] >= HangUpsBefore)
                {
                    refused.Add(topic);
                }

                return false;
            }
        }

        string[] left = [.. TopicsOf(name).Where(refused.Contains)];
        if (left.Length == 0)
        {
            LogCleared(cleared, name.Site, name.Rig);
            names.Forget(name);
            return true;
        }

        alarms.Raise(AlarmCode.AnnouncementRefused, AlarmSeverity.Warning,
            $"what was published as {name.Site}/{name.Rig} is left at the broker, which does not let this rig clear it: {string.Join(", ", left)}. "
            + $"Clear each as a user that may (mosquitto_pub -r -n -q 1 -t TOPIC), and remove {names.FileName}");
        return true;
    }

    private IEnumerable<string> TopicsOf(AnnouncedName name)
    {
        // Before its states: Home Assistant would complain of them.
        if (name.HomeAssistant is { } prefix)
        {
            yield return HomeAssistantDiscovery.TopicOf(prefix, name.Name);
        }

        // Switched off in Home Assistant alone.
        if (name.Name == rig)
        {
            yield break;
        }

        Topics topics = name.Topics;
        foreach (string plant in name.Plants)
        {
            yield return topics.Plant(plant);
        }

        foreach (string code in AlarmCode.All)
        {
            yield return topics.Alarm(code);
        }

        foreach (string topic in new[] { topics.LatestImage, topics.ModelReported, topics.Health, topics.Info, topics.Status })
        {
            yield return topic;
        }
    }

    [LoggerMessage(461, LogLevel.Information, "Cleared {Count} retained topics that this rig had as {Site}/{Rig} before")]
    private partial void LogCleared(int count, string site, string rig);

    [LoggerMessage(462, LogLevel.Information, "Another rig is {Site}/{Rig} now, this rig's name before: its topics are left alone")]
    private partial void LogTaken(string site, string rig);
}
