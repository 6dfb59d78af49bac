using LeafSeg.Common.Tuf;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>How much of a repository's metadata is read at most; the reference client's figures, so that the same repositories work.</summary>
internal static class MetadataLimits
{
    /// <summary>Bytes, whatever is listed: metadata is held in memory.</summary>
    public const long Longest = 32 << 20;

    public const long RootBytes = 512_000;
    public const long TimestampBytes = 16_384;
    public const long SnapshotBytes = 2_000_000;
    public const long TargetsBytes = 5_000_000;

    /// <summary>New roots in one run.</summary>
    public const int Roots = 256;

    /// <summary>Delegated roles that one search asks.</summary>
    public const int Roles = 32;

    /// <summary>The listed length where there is one.</summary>
    public static long Of(ListedMetadata listed, long otherwise) => Math.Min(listed.Length ?? otherwise, Longest);
}
