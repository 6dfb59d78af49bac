using System.Runtime.CompilerServices;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Models;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>
/// A client of The Update Framework: the workflow of <see cref="TrustedMetadata"/> with a repository on one side and a
/// store on the other. What is accepted is stored at once, and nothing else ever is.
/// </summary>
internal sealed class TufClient(MetadataStore store, RepositorySource repository, Fetcher fetcher, UpdateClock clock)
{
    private readonly Dictionary<(string Role, RoleKeys Keys), TargetsMetadata> verified = [];
    private TrustedMetadata? metadata;

    private TrustedMetadata Trusted => metadata ?? throw new InvalidOperationException("Refresh comes first.");

    /// <summary>Brings the four top-level roles up to date.</summary>
    /// <exception cref="TufException">Something is refused; what was accepted before it is kept.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<TrustedMetadata> RefreshAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.Now();
        byte[] root = store.Read(RoleName.Root)
            ?? throw new TufException(TufRefusal.Malformed, $"{store.PathOf(RoleName.Root)}: found no trusted root; expected one, as init puts there");
        TrustedMetadata trusted = new(root, now);
        await UpdateRootAsync(trusted, cancellationToken);
        if (!trusted.Restore(store.Read(RoleName.Timestamp), store.Read(RoleName.Snapshot)))
        {
            store.Delete(RoleName.Timestamp);
            store.Delete(RoleName.Snapshot);
        }

        await UpdateTimestampAsync(trusted, cancellationToken);
        await UpdateSnapshotAsync(trusted, cancellationToken);
        metadata = trusted;
        verified.Clear();
        await LoadAsync(RoleName.Targets, trusted.Root.KeysOf(RoleName.Targets), cancellationToken);
        return trusted;
    }

    /// <summary>Looks a target up: in targets, then in the roles that it delegates to, depth first in their order (5.6.7).</summary>
    /// <exception cref="TufException"><see cref="TufRefusal.NoSuchTarget"/>, or a role on the way is refused.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<TargetFile> FindAsync(string targetPath, CancellationToken cancellationToken)
    {
        List<string> asked = [];
        await foreach (TargetsMetadata targets in RolesForAsync(targetPath, cancellationToken))
        {
            if (targets.Targets.TryGetValue(targetPath, out TargetFile? target))
            {
                return target;
            }

            asked.Add(targets.File.Name);
        }

        throw new TufException(TufRefusal.NoSuchTarget, $"{targetPath}: found in no role that may list it (asked {string.Join(", ", asked)})");
    }

    /// <summary>Whether rigs that have a release are to go back: a role that may list it says so, and none before it lists it.</summary>
    /// <exception cref="TufException">A role on the way is refused.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<bool> IsRecalledAsync(string targetPath, CancellationToken cancellationToken)
    {
        await foreach (TargetsMetadata targets in RolesForAsync(targetPath, cancellationToken))
        {
            if (targets.Targets.ContainsKey(targetPath))
            {
                return false;
            }

            if (Withdrawal.IsRecalled(targets, targetPath))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The roles that may list a target, in the order in which they count.</summary>
    private async IAsyncEnumerable<TargetsMetadata> RolesForAsync(string targetPath, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> visited = [];
        Stack<(string Role, RoleKeys Keys)> waiting = new([(RoleName.Targets, Trusted.Root.KeysOf(RoleName.Targets))]);
        while (visited.Count <= MetadataLimits.Roles && waiting.TryPop(out (string Role, RoleKeys Keys) next))
        {
            if (!visited.Add(next.Role))
            {
                continue;
            }

            TargetsMetadata targets = await LoadAsync(next.Role, next.Keys, cancellationToken);
            yield return targets;
            List<DelegatedRole> delegated = [.. targets.Delegations?.For(targetPath) ?? []];
            int terminating = delegated.FindIndex(role => role.IsTerminating);
            if (terminating >= 0)
            {
                delegated.RemoveRange(terminating + 1, delegated.Count - terminating - 1);
                waiting.Clear();
            }

            foreach (DelegatedRole role in Enumerable.Reverse(delegated))
            {
                waiting.Push((role.Name, role.Keys));
            }
        }
    }

    /// <summary>Has a target in a folder, fetched unless it is there, verified before it appears.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="TufException">It cannot be had, or is not what is listed.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<string> DownloadAsync(
        TargetFile target, RepositorySource targets, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string path = RepositoryPath.OfTarget(target.PathInRepository(Trusted.Root.HasConsistentSnapshots));
        string file = Path.Combine(Path.GetFullPath(folder), RepositoryPath.OfTarget(target.Path));
        if (File.Exists(file))
        {
            await using FileStream there = File.OpenRead(file);
            if (await target.IsAsync(there, cancellationToken))
            {
                return file;
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string part = DurableFile.PartOf(file);
        await fetcher.FetchAsync(targets, path, target, part, progress, cancellationToken);
        DurableFile.Replace(part, file);
        return file;
    }

    private async Task UpdateRootAsync(TrustedMetadata trusted, CancellationToken cancellationToken)
    {
        for (int taken = 0; taken < MetadataLimits.Roots; taken++)
        {
            string path = RepositoryPath.OfMetadata($"{trusted.Root.Version + 1}.{RoleName.FileOf(RoleName.Root)}");
            byte[]? next = await fetcher.ReadAsync(repository, path, MetadataLimits.RootBytes, cancellationToken);
            if (next is null)
            {
                break;
            }

            trusted.UpdateRoot(next);
            store.Write(RoleName.Root, next);
        }
    }

    private async Task UpdateTimestampAsync(TrustedMetadata trusted, CancellationToken cancellationToken)
    {
        byte[] timestamp = await FetchAsync(RoleName.FileOf(RoleName.Timestamp), MetadataLimits.TimestampBytes, cancellationToken);
        if (trusted.UpdateTimestamp(timestamp))
        {
            store.Write(RoleName.Timestamp, timestamp);
        }
    }

    private async Task UpdateSnapshotAsync(TrustedMetadata trusted, CancellationToken cancellationToken)
    {
        if (trusted.TryEarlierSnapshot())
        {
            return;
        }

        ListedMetadata listed = trusted.Timestamp!.Snapshot;
        byte[] snapshot = await FetchAsync(
            NameOf(trusted, RoleName.Snapshot, listed), MetadataLimits.Of(listed, MetadataLimits.SnapshotBytes), cancellationToken);
        trusted.UpdateSnapshot(snapshot);
        store.Write(RoleName.Snapshot, snapshot);
    }

    private async Task<TargetsMetadata> LoadAsync(string role, RoleKeys keys, CancellationToken cancellationToken)
    {
        if (verified.TryGetValue((role, keys), out TargetsMetadata? targets))
        {
            return targets;
        }

        targets = Stored(role, keys);
        if (targets is null)
        {
            ListedMetadata listed = Trusted.Listed(role);
            byte[] file = await FetchAsync(
                NameOf(Trusted, role, listed), MetadataLimits.Of(listed, MetadataLimits.TargetsBytes), cancellationToken);
            targets = Trusted.Verify(role, keys, file);
            store.Write(role, file);
        }

        verified.Add((role, keys), targets);
        return targets;
    }

    /// <summary>The role as an earlier run has stored it, if it is still the right one.</summary>
    private TargetsMetadata? Stored(string role, RoleKeys keys)
    {
        try
        {
            return store.Read(role) is { } file ? Trusted.Verify(role, keys, file) : null;
        }
        catch (TufException)
        {
            return null;
        }
    }

    private async Task<byte[]> FetchAsync(string name, long limit, CancellationToken cancellationToken) =>
        await fetcher.ReadAsync(repository, RepositoryPath.OfMetadata(name), limit, cancellationToken)
        ?? throw new TufException(TufRefusal.Unavailable, $"{name}: found nothing; expected the repository to have it");

    private static string NameOf(TrustedMetadata trusted, string role, ListedMetadata listed) =>
        trusted.Root.HasConsistentSnapshots ? $"{listed.Version}.{RoleName.FileOf(role)}" : RoleName.FileOf(role);
}
