namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Which rig this is.</summary>
internal sealed record RigName(string Site, string Rig)
{
    /// <summary>"_" cannot stand in a name, so no two rigs can meet in one id.</summary>
    public string ClientId => $"leafseg_{Site}_{Rig}";
}
