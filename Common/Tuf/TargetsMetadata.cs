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

    /// <summary>The files, by target path.</summary>
    public IReadOnlyDictionary<string, TargetFile> Targets => targets;

    /// <summary>Roles that may list files in this one's place; null: none.</summary>
    public Delegations? Delegations { get; }

    /// <summary>The texts in a field that the specification does not know; empty where there is none.</summary>
    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>: it is no list of texts.</exception>
    public IReadOnlyList<string> Texts(string field) => Fields.Optional(field) is null ? [] : Fields.Texts(field);
}
