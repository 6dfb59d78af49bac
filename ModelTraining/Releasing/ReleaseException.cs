using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>A release that cannot be made as asked; nothing that existed is changed. The message states what to do.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without its exit code a script cannot answer it.")]
internal sealed class ReleaseException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="Faults.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    public static ReleaseException Argument(string message) => new(Faults.ExitCode.BadArgument, message);

    public static ReleaseException File(string message, Exception? inner = null) => new(Faults.ExitCode.BadFile, message, inner);
}
