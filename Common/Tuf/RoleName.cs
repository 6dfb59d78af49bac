namespace LeafSeg.Common.Tuf;

/// <summary>The four roles that every repository has.</summary>
public static class RoleName
{
    public const string Root = "root";
    public const string Timestamp = "timestamp";
    public const string Snapshot = "snapshot";
    public const string Targets = "targets";

    public static IReadOnlyList<string> TopLevel { get; } = [Root, Timestamp, Snapshot, Targets];

    /// <summary>What a role's metadata is called in the lists of timestamp and snapshot.</summary>
    public static string FileOf(string role) => $"{role}.json";
}
