using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.Common.Downloads;

/// <summary>Why a download failed: what decides whether another attempt can help.</summary>
public enum DownloadFault
{
    /// <summary>The server cannot be reached, breaks off, or answers with an error. What has come is kept.</summary>
    Unavailable,

    /// <summary>The server does not have the file (404), or not for this client (403).</summary>
    Missing,

    /// <summary>More bytes than announced or allowed. Nothing is kept.</summary>
    TooLong,

    /// <summary>Other bytes than expected. Nothing is kept.</summary>
    WrongBytes,

    /// <summary>Another process is downloading into the same file.</summary>
    InUse,
}

/// <summary>A file that cannot be downloaded; the message says what was found and what was expected.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without its cause a failure cannot be answered.")]
public sealed class DownloadException(DownloadFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure, for programs.</summary>
    public DownloadFault Fault { get; } = fault;
}
