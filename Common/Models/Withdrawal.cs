using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Models;

/// <summary>What a role says of the releases that it has withdrawn. Other clients of The Update Framework pass these fields over.</summary>
public static class Withdrawal
{
    /// <summary>Target paths that were withdrawn: no other file ever takes one.</summary>
    public const string Field = "x-leafseg-withdrawn";

    /// <summary>Those of them that a rig keeps if it has them.</summary>
    public const string KeptField = "x-leafseg-withdrawn-kept";

    /// <summary>Whether rigs that have this release go back to one before it.</summary>
    /// <param name="listing">Of the role that listed it.</param>
    /// <param name="targetPath">The path that it was listed under.</param>
    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>: a field is no list of texts.</exception>
    public static bool IsRecalled(TargetsMetadata listing, string targetPath)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return listing.Texts(Field).Contains(targetPath) && !listing.Texts(KeptField).Contains(targetPath);
    }
}
