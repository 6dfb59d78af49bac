using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>What a rig states about itself when it comes and when it goes.</summary>
internal sealed class Announcement(Topics topics, InfoReport info, HealthReport health, OutboxStore outbox, RigPlants plants, HomeAssistantDiscovery? discovery = null)
{
    /// <summary>The same, as the link takes it.</summary>
    public SessionMessages ForSession => new(LastWill, Birth, Farewell, topics.Info, info.Boot);

    /// <summary>Sent by the broker when the rig is gone without a word.</summary>
    public OutgoingMessage LastWill() => Status("offline"u8);

    /// <summary>
    /// All that is retained: the broker may be a new one, or have lost its store or, killed, the newest of it, and says so
    /// at best of the session.
    /// </summary>
    public IEnumerable<OutgoingMessage> Birth()
    {
        yield return Status("online"u8);
        yield return Info();

        // Before health: a changed announcement makes every expiring sensor unavailable until its next state.
        foreach (OutgoingMessage message in Discovery(backFirst: false))
        {
            yield return message;
        }

        yield return Health();

        // Only after their entities: they would complain.
        foreach (string plant in Gone())
        {
            yield return Retained(topics.Plant(plant), []);
        }

        foreach (PlantEntry plant in outbox.Plants().Where(p => IsHere(p.Plant)))
        {
            yield return Plant(plant);
        }
    }

    /// <summary>
    /// Home Assistant has started: it gets the discovery messages again. What was removed while it was not running is announced once more before it is
    /// removed, or it would stay as "unavailable" for ever.
    /// </summary>
    public IEnumerable<OutgoingMessage> Rediscovery() => [.. Discovery(backFirst: true), Health()];

    public IEnumerable<OutgoingMessage> Farewell() => [Health(), Status("stopped"u8)];

    public OutgoingMessage Info() => Retained(topics.Info, MessageJson.Write(info.Now()));

    public OutgoingMessage Health() => Retained(topics.Health, MessageJson.Write(health.Now())) with
    {
        ExpirySeconds = (uint)(3 * HealthLoop.Interval.TotalSeconds),
    };

    public OutgoingMessage Lasting(string code, Alarm alarm) => Retained(topics.Alarm(code), MessageJson.Write(alarm));

    public OutgoingMessage Over(string code) => Retained(topics.Alarm(code), []);

    public OutgoingMessage Plant(PlantEntry plant) => Retained(topics.Plant(plant.Plant), plant.Payload);

    /// <summary>The settings name this plant; nothing is published any more of one that they do not.</summary>
    public bool IsHere(string plant) => plants.Names.Contains(plant);

    private IEnumerable<OutgoingMessage> Discovery(bool backFirst)
    {
        if (discovery is null)
        {
            yield break;
        }

        // All of them, measured or not: one announcement lasts for the connection.
        IReadOnlySet<string> here = plants.Names;
        string[] gone = Gone();
        if (gone.Length > 0)
        {
            if (backFirst)
            {
                yield return Retained(discovery.Topic, discovery.Message([.. here, .. gone]));
            }

            yield return Retained(discovery.Topic, discovery.Message(here, gone));
        }

        yield return Retained(discovery.Topic, discovery.Message(here));
    }

    /// <summary>Plants that were measured once and that the settings name no longer.</summary>
    private string[] Gone() => [.. outbox.Plants().Select(p => p.Plant).Where(p => !IsHere(p))];

    private OutgoingMessage Status(ReadOnlySpan<byte> word) => Retained(topics.Status, word.ToArray()) with { ContentType = null };

    private static OutgoingMessage Retained(string topic, byte[] payload) => new() { Topic = topic, Payload = payload, Retain = true };
}
