namespace LeafSeg.Common.Tuf;

/// <summary>Names the version of every targets role there is, so that they cannot be mixed.</summary>
public sealed class SnapshotMetadata : Metadata
{
    /// <exception cref="TufException">It is not snapshot metadata.</exception>
    public SnapshotMetadata(ReadOnlyMemory<byte> bytes)
        : base(RoleName.FileOf(RoleName.Snapshot), RoleName.Snapshot, bytes) => Files = ListedMetadata.ReadAll(Fields);

    /// <summary>By file name: "targets.json" and those of delegated roles.</summary>
    public IReadOnlyDictionary<string, ListedMetadata> Files { get; }
}
