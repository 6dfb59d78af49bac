using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>Discovery messages by which Home Assistant finds the rig and its plants.</summary>
internal sealed record HomeAssistantOptions
{
    public bool Enabled { get; init; }

    /// <summary>First part of its discovery topics.</summary>
    public string Prefix { get; init; } = "homeassistant";

    /// <summary>Where it publishes "online" after its start: the rig and its plants are announced again.</summary>
    public string BirthTopic { get; init; } = "homeassistant/status";

    public IEnumerable<SettingProblem> Problems(string name)
    {
        foreach ((string setting, string topic) in new[] { ("prefix", Prefix), ("birthTopic", BirthTopic) })
        {
            if (string.IsNullOrWhiteSpace(topic) || topic.IndexOfAny(['+', '#', '\0']) >= 0 || topic.StartsWith('/') || topic.EndsWith('/'))
            {
                yield return new SettingProblem($"{name}.{setting}", topic, "a topic without wildcards and without '/' at its ends");
            }
        }
    }
}
