using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>Home Assistant finds the rig and its plants by itself when told.</summary>
internal sealed record HomeAssistantOptions
{
    public bool Enabled { get; init; }

    /// <summary>First part of its discovery topics.</summary>
    public string Prefix { get; init; } = "homeassistant";

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Prefix) || Prefix.IndexOfAny(['+', '#', '\0']) >= 0 || Prefix.StartsWith('/') || Prefix.EndsWith('/'))
            yield return new SettingProblem($"{name}.prefix", Prefix, "a topic without wildcards and without '/' at its ends");
    }
}
