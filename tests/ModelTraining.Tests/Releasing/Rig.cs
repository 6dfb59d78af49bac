using System.Globalization;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Tests.Releasing;

/// <summary>A client with a memory: takes what a folder of metadata shows by the rules of <see cref="TrustedMetadata"/>, or throws.</summary>
internal sealed class Rig(string metadata)
{
    private byte[] root = File.ReadAllBytes(Path.Combine(metadata, "1.root.json"));
    private byte[]? timestamp;
    private byte[]? snapshot;

    /// <summary>Refreshes, and lists the models of a role.</summary>
    public IReadOnlyDictionary<string, TargetFile> Targets(string role = RoleName.Targets) => Listing(role).Targets;

    /// <summary>Refreshes, and says whether rigs that have a release go back.</summary>
    public bool IsRecalled(string path) => Withdrawal.IsRecalled(Listing(RoleName.Targets), path);

    private TargetsMetadata Listing(string role)
    {
        TrustedMetadata trusted = new(root, TimeProvider.System.GetUtcNow());
        while (Read(RoleName.Root, trusted.Root.Version + 1) is { } next)
        {
            trusted.UpdateRoot(next);
            root = next;
        }

        trusted.Restore(timestamp, snapshot);
        byte[] newest = File.ReadAllBytes(Path.Combine(metadata, "timestamp.json"));
        if (trusted.UpdateTimestamp(newest))
        {
            timestamp = newest;
        }

        snapshot = Read(RoleName.Snapshot, trusted.Timestamp!.Snapshot.Version)!;
        trusted.UpdateSnapshot(snapshot);
        TargetsMetadata targets = trusted.Verify(
            RoleName.Targets, trusted.Root.KeysOf(RoleName.Targets), Read(RoleName.Targets, trusted.Listed(RoleName.Targets).Version)!);
        if (role == RoleName.Targets)
        {
            return targets;
        }

        DelegatedRole delegated = targets.Delegations!.Roles.Single(found => found.Name == role);
        return trusted.Verify(role, delegated.Keys, Read(role, trusted.Listed(role).Version)!);
    }

    public ReleaseTerms Terms(string path) => ReleaseTerms.Read(Targets()[path]);

    private byte[]? Read(string role, long version)
    {
        string file = Path.Combine(metadata, string.Create(CultureInfo.InvariantCulture, $"{version}.{role}.json"));
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
