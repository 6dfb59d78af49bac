namespace LeafSeg.Common.Tuf;

/// <summary>Names the newest snapshot; signed again at short intervals, so that an old one is recognised.</summary>
public sealed class TimestampMetadata : Metadata
{
    /// <exception cref="TufException">It is not timestamp metadata.</exception>
    public TimestampMetadata(ReadOnlyMemory<byte> bytes)
        : base(RoleName.FileOf(RoleName.Timestamp), RoleName.Timestamp, bytes)
    {
        string snapshot = RoleName.FileOf(RoleName.Snapshot);
        Snapshot = ListedMetadata.ReadAll(Fields).TryGetValue(snapshot, out ListedMetadata? listed)
            ? listed
            : throw Fields.Wrong("meta", "no snapshot.json", "one");
    }

    /// <summary>The newest snapshot.</summary>
    public ListedMetadata Snapshot { get; }
}
