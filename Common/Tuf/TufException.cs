using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.Common.Tuf;

/// <summary>Why a repository's file is not taken: what a rig reports, and what decides whether trying again can help.</summary>
public enum TufRefusal
{
    /// <summary>Not JSON, or not the metadata that it should be: a field missing, a wrong value.</summary>
    Malformed,

    /// <summary>The signed part holds what canonical JSON cannot say: a fraction, an exponent.</summary>
    NotCanonical,

    /// <summary>Too few good signatures.</summary>
    TooFewSignatures,

    /// <summary>Older than what is known (rollback), or not the version that was announced (mix and match).</summary>
    WrongVersion,

    /// <summary>Expired (freeze).</summary>
    Expired,

    /// <summary>Length or hash other than announced.</summary>
    WrongBytes,

    /// <summary>Files that contradict each other: another type of role, a role that the snapshot does not list.</summary>
    Contradiction,

    /// <summary>More bytes than announced or allowed (endless data).</summary>
    TooLong,

    /// <summary>No trusted role lists a target of this name.</summary>
    NoSuchTarget,

    /// <summary>The repository cannot be reached, breaks off, or does not have the file.</summary>
    Unavailable,

    /// <summary>This machine's clock may be wrong, so that what has expired is not known.</summary>
    ClockInDoubt,
}

/// <summary>A repository's file, or a whole repository, that is refused; the message states what was found and what was expected.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without its reason a refusal cannot be answered.")]
public sealed class TufException(TufRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of refusal, for programs.</summary>
    public TufRefusal Refusal { get; } = refusal;
}
