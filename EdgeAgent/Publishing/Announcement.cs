using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Health;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>What a rig says of itself when it comes and when it goes.</summary>
internal sealed class Announcement(Topics topics, InfoReport info, HealthReport health, Outbox outbox, HomeAssistantDiscovery? discovery = null)
{
    /// <summary>Sent by the broker when the rig is gone without a word.</summary>
    public OutgoingMessage LastWill() => Status("offline"u8);

    /// <param name="brokerHasOurSession">False: it is new or has lost its store, and with it all that was retained.</param>
    public IEnumerable<OutgoingMessage> Birth(bool brokerHasOurSession)
    {
        yield return Status("online"u8);
        yield return Info();

        // Before health: a changed announcement makes every expiring sensor unavailable until its next state.
        if (discovery is not null)
            yield return Discovery(discovery);
        yield return Health();
        if (brokerHasOurSession)
            yield break;
        foreach (PlantEntry plant in outbox.Plants())
            yield return Plant(plant);
    }

    public IEnumerable<OutgoingMessage> Farewell() => [Health(), Status("stopped"u8)];

    public OutgoingMessage Info() => Retained(topics.Info, MessageJson.Write(info.Now()));

    public OutgoingMessage Health() => Retained(topics.Health, MessageJson.Write(health.Now())) with
    {
        ExpirySeconds = (uint)(3 * HealthLoop.Interval.TotalSeconds),
    };

    public OutgoingMessage Lasting(string code, Alarm alarm) => Retained(topics.Alarm(code), MessageJson.Write(alarm));

    public OutgoingMessage Over(string code) => Retained(topics.Alarm(code), []);

    /// <summary>What is told when a plant is measured for the first time: Home Assistant must know of it before its numbers come.</summary>
    public IEnumerable<OutgoingMessage> NewPlant() => discovery is null ? [] : [Discovery(discovery), Health()];

    public OutgoingMessage Plant(PlantEntry plant) => Retained(topics.Plant(plant.Plant), plant.Payload);

    private OutgoingMessage Discovery(HomeAssistantDiscovery message) =>
        Retained(message.Topic, message.Message(outbox.Plants().Select(p => p.Plant)));

    private OutgoingMessage Status(ReadOnlySpan<byte> word) => Retained(topics.Status, word.ToArray()) with { ContentType = null };

    private static OutgoingMessage Retained(string topic, byte[] payload) => new() { Topic = topic, Payload = payload, Retain = true };
}
