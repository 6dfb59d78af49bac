using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Updates.Store;

/// <summary>The model store cannot do what is requested; the message states what was found, what was expected and what to do.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a message it would be useless.")]
internal sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
