using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Metadata that expires soon, staged again with nothing else changed.</summary>
internal sealed class Renewal(ReleaseFolder folder, Staging staging, TimeProvider clock)
{
    /// <returns>The roles that are staged for it; empty where none expires within the days.</returns>
    /// <exception cref="ReleaseException">A role is not there, or is the root.</exception>
    public IReadOnlyList<string> Renew(IReadOnlyList<string> roles, double withinDays)
    {
        List<string> due = [];
        foreach (string role in roles)
        {
            if (role == RoleName.Root)
            {
                throw ReleaseException.Argument("--role is 'root', which is renewed by: leafseg-train release rotate-root.");
            }

            SignedFile file = folder.Planned(role) ?? throw ReleaseException.Argument($"--role is '{role}', expected a role of this repository: leafseg-train release show.");
            if (Expires(role, file) <= clock.GetUtcNow().AddDays(withinDays))
            {
                due.Add(role);
            }
        }

        foreach (string role in due)
        {
            staging.Stage(role, staging.Next(role));
        }

        return due;
    }

    private static DateTimeOffset Expires(string role, SignedFile file) => role switch
    {
        RoleName.Timestamp => new TimestampMetadata(file.Bytes).Expires,
        RoleName.Snapshot => new SnapshotMetadata(file.Bytes).Expires,
        _ => new TargetsMetadata(role, file.Bytes).Expires,
    };
}
