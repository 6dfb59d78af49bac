namespace LeafSeg.Common.Tuf;

/// <summary>Says which keys sign for the four top-level roles.</summary>
public sealed class RootMetadata : Metadata
{
    private readonly Dictionary<string, RoleKeys> roles = [];

    /// <exception cref="TufException">It is not root metadata.</exception>
    public RootMetadata(ReadOnlyMemory<byte> bytes)
        : base(RoleName.FileOf(RoleName.Root), RoleName.Root, bytes)
    {
        HasConsistentSnapshots = Fields.Flag("consistent_snapshot", otherwise: false);
        Dictionary<string, PublicKey> keys = RoleKeys.ReadKeys(Fields);
        JsonFields listed = Fields.Object("roles");

        // Others may be named ("mirrors" is in the specification) and mean nothing here.
        foreach (string role in RoleName.TopLevel)
        {
            roles.Add(role, RoleKeys.Read(listed.Object(role), keys));
        }
    }

    /// <summary>File names carry their version or hash, so that a repository can change under a client's hands.</summary>
    public bool HasConsistentSnapshots { get; }

    /// <summary>Whose signatures count for a top-level role.</summary>
    public RoleKeys KeysOf(string topLevelRole) => roles[topLevelRole];
}
