using System.Globalization;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Who has signed what is staged, and who still has to.</summary>
internal sealed class Signatures(ReleaseFolder folder)
{
    /// <summary>Signs every staged file that one of the keys counts for.</summary>
    /// <returns>What was signed, in words.</returns>
    /// <exception cref="ReleaseException">A key counts for nothing that is staged.</exception>
    public IReadOnlyList<string> Sign(IReadOnlyList<SigningKey> keys)
    {
        IReadOnlyList<string> staged = folder.StagedRoles();

        // All keys are looked at before anything is written: one that is of no use is a mistake.
        foreach (SigningKey key in keys)
        {
            if (!staged.Any(role => Counts(role, key)))
            {
                throw ReleaseException.Argument(staged.Count == 0
                    ? "Nothing is staged, so there is nothing to sign."
                    : $"The key {key.Public.Id} counts for none of the staged roles ({string.Join(", ", staged)}); nothing is signed with it or any other. {Wanted(staged)}");
            }
        }

        List<string> signed = [];
        foreach (string role in staged)
        {
            foreach (SigningKey key in keys.Where(key => Counts(role, key)))
            {
                folder.Stage(role, MetadataFile.WithSignature(folder.Staged(role)!, key));
                signed.Add(string.Create(CultureInfo.InvariantCulture, $"{role} {ReleaseFolder.VersionOf(folder.Staged(role)!)} signed with {key.Public.Id[..8]}"));
            }
        }

        return signed;
    }

    /// <summary>One line for each staged role that has too few signatures; empty where all have enough.</summary>
    public IReadOnlyList<string> Missing()
    {
        List<string> missing = [];
        foreach (string role in folder.StagedRoles())
        {
            SignedFile file = folder.Staged(role)!;
            foreach (RoleKeys keys in Required(role))
            {
                IReadOnlySet<string> signers = keys.SignersOf(file);
                if (signers.Count < keys.Threshold)
                {
                    string open = string.Join(", ", keys.Keys.Values.Where(key => !signers.Contains(key.Identity!)).Select(key => key.Id).Distinct());
                    missing.Add(string.Create(CultureInfo.InvariantCulture,
                        $"{role} {ReleaseFolder.VersionOf(file)}: {signers.Count} of {keys.Threshold} signatures; missing {keys.Threshold - signers.Count} of the keys {open}"));
                }
            }
        }

        return missing;
    }

    /// <exception cref="ReleaseException">Some role has too few.</exception>
    public void RequireEnough()
    {
        IReadOnlyList<string> missing = Missing();
        if (missing.Count > 0)
        {
            throw new ReleaseException(ExitCode.Unsigned,
                $"Not published, since signatures are missing:\n  {string.Join("\n  ", missing)}\nSign with: leafseg-train release sign REPOSITORY --key KEY.pem");
        }
    }

    /// <summary>Whether the files beside a new root also count under the one that clients have.</summary>
    public bool CountUnderLiveRoot(string role) =>
        folder.Live(RoleName.Root) is not { } live || folder.Planned(role) is not { } file || IsEnough(new RootMetadata(live).KeysOf(role), file);

    private static bool IsEnough(RoleKeys keys, SignedFile file) => keys.SignersOf(file).Count >= keys.Threshold;

    private bool Counts(string role, SigningKey key) => Required(role).Concat(Welcome(role)).Any(keys => keys.Keys.ContainsKey(key.Public.Id));

    /// <summary>Whose thresholds must be met: a new root's own and the old one's, else what the newest root or delegation says.</summary>
    private List<RoleKeys> Required(string role)
    {
        RootMetadata root = new(folder.Planned(RoleName.Root)!.Bytes);
        if (role == RoleName.Root)
        {
            return [root.KeysOf(role), .. folder.Live(role) is { } live ? [new RootMetadata(live).KeysOf(role)] : (RoleKeys[])[]];
        }

        return [RoleName.TopLevel.Contains(role) ? root.KeysOf(role) : Delegated(role).Keys];
    }

    /// <summary>With the keys that a new root replaces, the file stays good until clients have that root.</summary>
    private List<RoleKeys> Welcome(string role) =>
        RoleName.TopLevel.Contains(role) && folder.Live(RoleName.Root) is { } live ? [new RootMetadata(live).KeysOf(role)] : [];

    private DelegatedRole Delegated(string role) =>
        new TargetsMetadata(RoleName.Targets, folder.Planned(RoleName.Targets)!.Bytes).Delegations?.Roles.FirstOrDefault(found => found.Name == role)
        ?? throw ReleaseException.File($"staged/{RoleName.FileOf(role)}: nothing delegates to this role; remove the file or: leafseg-train release discard.");

    private string Wanted(IReadOnlyList<string> staged) => string.Join(" ", staged.Select(role =>
        $"{role}: {string.Join(", ", Required(role).SelectMany(keys => keys.Keys.Values.Select(key => key.Id[..8])).Distinct())}."));
}
