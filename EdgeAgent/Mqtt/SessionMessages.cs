namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>What a link publishes of its own accord: over each new connection, before it leaves, and by the broker when it is lost.</summary>
/// <param name="LastWill">Published by the broker when the connection is lost.</param>
/// <param name="Birth">Published over each new connection, before everything else.</param>
/// <param name="Farewell">Published before the link disconnects.</param>
/// <param name="InfoTopic">Which of the birth messages holds the boot id.</param>
/// <param name="Boot">This rig's boot id.</param>
internal sealed record SessionMessages(Func<OutgoingMessage> LastWill, Func<IEnumerable<OutgoingMessage>> Birth, Func<IEnumerable<OutgoingMessage>> Farewell, string InfoTopic, string Boot);
