using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>
/// Makes what is staged live. All of it is first verified as a client would; then new files are added, and the one that is
/// replaced, timestamp.json, comes last: a repository that is killed in the middle shows what it did before.
/// </summary>
internal sealed class Publication(ReleaseFolder folder, TimeProvider clock)
{
    /// <returns>The roles that are live now, in the order in which they were written; empty where nothing was staged.</returns>
    /// <exception cref="ReleaseException">Signatures are missing.</exception>
    /// <exception cref="TufException">Clients would refuse it.</exception>
    public IReadOnlyList<string> Commit()
    {
        IReadOnlyList<string> staged = folder.StagedRoles();
        if (staged.Count == 0)
        {
            folder.ClearStaged();
            return [];
        }

        Signatures signatures = new(folder);
        signatures.RequireEnough();
        VerifyAsClient(staged);

        // A client takes a new root at once. If the rest counts under the old root too, the root can come after it, and there
        // is no moment at which a client finds a root and a timestamp that do not fit.
        bool rootLast = RoleName.TopLevel.All(signatures.CountUnderLiveRoot);
        string[] order = rootLast
            ? [RoleName.Snapshot, RoleName.Timestamp, RoleName.Root]
            : [RoleName.Root, RoleName.Snapshot, RoleName.Timestamp];
        List<string> written = [.. staged.Except(order).Concat(order.Intersect(staged))];
        Dictionary<string, SignedFile> files = written.ToDictionary(role => role, role => folder.Staged(role)!);
        foreach (string role in written)
        {
            folder.Show(role, files[role]);
        }

        folder.ClearStaged();
        return written;
    }

    private void VerifyAsClient(IReadOnlyList<string> staged)
    {
        ReadOnlyMemory<byte> Planned(string role) => (folder.Planned(role)
            ?? throw ReleaseException.File($"{RoleName.FileOf(role)}: is neither live nor staged, so an earlier command broke off; begin again with: leafseg-train release discard.")).Bytes;

        byte[]? liveRoot = folder.Live(RoleName.Root);
        TrustedMetadata trusted = new(liveRoot ?? Planned(RoleName.Root), clock.GetUtcNow());
        if (liveRoot is not null && staged.Contains(RoleName.Root))
        {
            trusted.UpdateRoot(Planned(RoleName.Root));
        }

        trusted.UpdateTimestamp(Planned(RoleName.Timestamp));
        trusted.UpdateSnapshot(Planned(RoleName.Snapshot));
        TargetsMetadata targets = trusted.Verify(RoleName.Targets, trusted.Root.KeysOf(RoleName.Targets), Planned(RoleName.Targets));
        foreach (DelegatedRole role in targets.Delegations?.Roles.Where(role => staged.Contains(role.Name)) ?? [])
        {
            trusted.Verify(role.Name, role.Keys, Planned(role.Name));
        }
    }
}
