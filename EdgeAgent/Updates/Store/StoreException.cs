using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Updates.Store;

/// <summary>The model store cannot do what it is asked for; the message says what was found, what was expected and what to do.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a message it would be useless.")]
internal sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
