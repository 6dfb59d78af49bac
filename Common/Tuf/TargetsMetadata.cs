using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>Lists target files, and who else may list some: the top-level targets role or a delegated one.</summary>
public sealed class TargetsMetadata : Metadata
{
    private readonly Dictionary<string, TargetFile> targets = [];

    /// <exception cref="TufException">It is not targets metadata.</exception>
    public TargetsMetadata(string role, ReadOnlyMemory<byte> bytes)
        : base(RoleName.FileOf(role), RoleName.Targets, bytes)
    {
        JsonFields listed = Fields.Object("targets");
        foreach (JsonProperty target in listed.All)
        {
            targets.Add(target.Name, new TargetFile(target.Name, listed.Object(target.Name)));
        }

        Delegations = Fields.Optional("delegations") is null ? null : new Delegations(Fields.Object("delegations"));
    }

    public IReadOnlyDictionary<string, TargetFile> Targets => targets;

    public Delegations? Delegations { get; }
}
