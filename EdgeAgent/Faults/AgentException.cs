using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Faults;

/// <summary>Ends the program with a message for a person (what was found, what was expected, what to do) and a code.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without an exit code it would be a bug, not this.")]
internal sealed class AgentException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode ExitCode { get; } = exitCode;
}
