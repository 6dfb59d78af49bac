namespace LeafSeg.Common.Tuf;

/// <summary>The four roles that every repository has.</summary>
public static class RoleName
{
    /// <summary>Whom to trust for the other roles.</summary>
    public const string Root = "root";

    /// <summary>Which snapshot is the newest.</summary>
    public const string Timestamp = "timestamp";

    /// <summary>Which versions of the targets roles belong together.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Which files there are.</summary>
    public const string Targets = "targets";

    /// <summary>The four roles that every repository has.</summary>
    public static IReadOnlyList<string> TopLevel { get; } = [Root, Timestamp, Snapshot, Targets];

    /// <summary>What a role's metadata is called in the lists of timestamp and snapshot.</summary>
    public static string FileOf(string role) => $"{role}.json";
}
