using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>A model that has not proved to be one for this rig; the message states what was found and what was expected.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a message it would be useless.")]
internal sealed class UnprovenException(string message, Exception? inner = null) : Exception(message, inner);
