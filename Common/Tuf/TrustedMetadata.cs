using System.Globalization;

namespace LeafSeg.Common.Tuf;

/// <summary>
/// What a client trusts, and the rules by which it comes to trust more: the detailed client workflow of the TUF
/// specification 1.0.34, section 5, fed with bytes. Where they come from and where they are kept is the caller's affair.
/// Every method either trusts the file that it was given, or throws and trusts what it did before.
/// </summary>
public sealed class TrustedMetadata
{
    private readonly DateTimeOffset now;
    private SnapshotMetadata? earlierSnapshot;

    /// <param name="root">The root that the client was shipped with or has come to trust; it may have expired.</param>
    /// <param name="now">The time of the whole update.</param>
    /// <exception cref="TufException">It is not a root, or has not signed itself.</exception>
    public TrustedMetadata(ReadOnlyMemory<byte> root, DateTimeOffset now)
    {
        this.now = now;
        Root = new RootMetadata(root);
        Root.KeysOf(RoleName.Root).RequireSignatures(Root.File);
    }

    /// <summary>The newest root that was verified.</summary>
    public RootMetadata Root { get; private set; }

    /// <summary>The newest timestamp that was verified; null: none yet.</summary>
    public TimestampMetadata? Timestamp { get; private set; }

    /// <summary>The newest snapshot that was verified; null: none yet.</summary>
    public SnapshotMetadata? Snapshot { get; private set; }

    /// <summary>Takes the next root (5.3.4 to 5.3.7): signed as the old one asks and as it asks itself.</summary>
    /// <exception cref="TufException">It is refused.</exception>
    public void UpdateRoot(ReadOnlyMemory<byte> bytes)
    {
        RootMetadata next = new(bytes);
        Root.KeysOf(RoleName.Root).RequireSignatures(next.File);
        RequireVersion(next, Root.Version + 1);
        next.KeysOf(RoleName.Root).RequireSignatures(next.File);
        Root = next;
    }

    /// <summary>
    /// Takes up what an earlier run has trusted; a damaged file is passed over. False where the keys of either have been
    /// rotated since (5.3.11): then both are forgotten, so that a thief's high version numbers go with his keys.
    /// </summary>
    /// <param name="timestamp">Null where there is none.</param>
    /// <param name="snapshot">Null where there is none.</param>
    public bool Restore(ReadOnlyMemory<byte>? timestamp, ReadOnlyMemory<byte>? snapshot)
    {
        try
        {
            Timestamp = Earlier(timestamp, RoleName.Timestamp, bytes => new TimestampMetadata(bytes));
            earlierSnapshot = Earlier(snapshot, RoleName.Snapshot, bytes => new SnapshotMetadata(bytes));
            return true;
        }
        catch (TufException e) when (e.Refusal == TufRefusal.TooFewSignatures)
        {
            Timestamp = null;
            earlierSnapshot = null;
            return false;
        }
    }

    /// <summary>Takes a timestamp (5.4); false where its version is the trusted one's, which then stays.</summary>
    /// <exception cref="TufException">It is refused.</exception>
    public bool UpdateTimestamp(ReadOnlyMemory<byte> bytes)
    {
        // The last root there is (5.3.10): one that has expired vouches for nothing. Asked as late as the reference client
        // does, so that both ask a server for the same files.
        Root.RequireFresh(now);
        TimestampMetadata next = new(bytes);
        Root.KeysOf(RoleName.Timestamp).RequireSignatures(next.File);
        if (Timestamp is { } trusted)
        {
            RequireNoRollback(next.File.Name, next.Version, trusted.Version);
            if (next.Version == trusted.Version)
            {
                return false;
            }

            RequireNoRollback($"{next.File.Name} (its snapshot)", next.Snapshot.Version, trusted.Snapshot.Version);
        }

        next.RequireFresh(now);
        Timestamp = next;
        return true;
    }

    /// <summary>Takes the snapshot of an earlier run, if it is the one that the timestamp names: then none need be fetched.</summary>
    public bool TryEarlierSnapshot()
    {
        if (earlierSnapshot is null)
        {
            return false;
        }

        try
        {
            UpdateSnapshot(earlierSnapshot.File.Bytes);
            return true;
        }
        catch (TufException)
        {
            return false;
        }
    }

    /// <summary>Takes the snapshot that the timestamp names (5.5).</summary>
    /// <exception cref="TufException">It is refused.</exception>
    public void UpdateSnapshot(ReadOnlyMemory<byte> bytes)
    {
        TimestampMetadata timestamp = Timestamp ?? throw new InvalidOperationException("The timestamp comes before the snapshot.");

        // It may be one of an earlier run, that the repository keeps showing (freeze).
        timestamp.RequireFresh(now);
        ListedMetadata listed = timestamp.Snapshot;
        listed.RequireBytes(bytes.Span);
        SnapshotMetadata next = new(bytes);
        Root.KeysOf(RoleName.Snapshot).RequireSignatures(next.File);
        RequireVersion(next, listed.Version);
        foreach ((string file, ListedMetadata before) in earlierSnapshot?.Files ?? new Dictionary<string, ListedMetadata>())
        {
            if (!next.Files.TryGetValue(file, out ListedMetadata? after))
            {
                throw new TufException(TufRefusal.Contradiction, $"{next.File.Name}: found no {file}, which an earlier one had; expected it to stay");
            }

            RequireNoRollback(file, after.Version, before.Version);
        }

        next.RequireFresh(now);
        Snapshot = next;
    }

    /// <summary>What the snapshot says of a targets role.</summary>
    /// <exception cref="TufException"><see cref="TufRefusal.Contradiction"/>: nothing.</exception>
    public ListedMetadata Listed(string role) =>
        (Snapshot ?? throw new InvalidOperationException("The snapshot comes before targets.")).Files.TryGetValue(RoleName.FileOf(role), out ListedMetadata? listed)
            ? listed
            : throw new TufException(TufRefusal.Contradiction, $"snapshot.json: found no {RoleName.FileOf(role)}; expected every role that is in use");

    /// <summary>
    /// Verifies the metadata of a targets role (5.6) with the keys that its delegator names for it. They are asked each
    /// time: whom one role trusts for some paths, another does not therefore trust for its own.
    /// </summary>
    /// <param name="role">"targets", or a delegated role.</param>
    /// <param name="keys">The root's word on the top-level role, a delegation's on any other.</param>
    /// <param name="bytes">The file.</param>
    /// <exception cref="TufException">It is refused.</exception>
    public TargetsMetadata Verify(string role, RoleKeys keys, ReadOnlyMemory<byte> bytes)
    {
        ListedMetadata listed = Listed(role);
        listed.RequireBytes(bytes.Span);
        TargetsMetadata targets = new(role, bytes);
        keys.RequireSignatures(targets.File);
        RequireVersion(targets, listed.Version);
        targets.RequireFresh(now);
        return targets;
    }

    private T? Earlier<T>(ReadOnlyMemory<byte>? bytes, string role, Func<ReadOnlyMemory<byte>, T> parse)
        where T : Metadata
    {
        if (bytes is not { } file)
        {
            return null;
        }

        try
        {
            T metadata = parse(file);
            Root.KeysOf(role).RequireSignatures(metadata.File);
            return metadata;
        }
        catch (TufException e) when (e.Refusal != TufRefusal.TooFewSignatures)
        {
            return null;
        }
    }

    private static void RequireVersion(Metadata metadata, long expected)
    {
        if (metadata.Version != expected)
        {
            throw new TufException(TufRefusal.WrongVersion, string.Create(CultureInfo.InvariantCulture,
                $"{metadata.File.Name}: found version {metadata.Version}; expected {expected}, as announced"));
        }
    }

    private static void RequireNoRollback(string name, long found, long trusted)
    {
        if (found < trusted)
        {
            throw new TufException(TufRefusal.WrongVersion, string.Create(CultureInfo.InvariantCulture,
                $"{name}: found version {found}; expected {trusted} or above, which was seen before (rollback)"));
        }
    }
}
