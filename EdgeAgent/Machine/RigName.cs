using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Which rig this is.</summary>
internal sealed record RigName(string Site, string Rig)
{
    /// <summary>"_" cannot stand in a name, so no two rigs can meet in one id.</summary>
    public string ClientId => $"leafseg_{Site}_{Rig}";

    /// <summary>The host's name in the alphabet of topics: two rigs without a name must not share a topic at one broker.</summary>
    public static string OfThisMachine()
    {
        string name = new([.. Environment.MachineName.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        name = name.Trim('-');
        return Topics.IsName(name) ? name : "rig1";
    }
}
