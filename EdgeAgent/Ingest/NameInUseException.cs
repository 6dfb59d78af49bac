using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Another ingester of this name has the database; or it is this one's own, whose end the server has not noticed yet.</summary>
/// <param name="name">The name.</param>
[SuppressMessage("Design", "CA1032", Justification = "Nothing else can be said with it.")]
internal sealed class NameInUseException(string name) : IOException($"another ingester named \"{name}\" writes into this database: give each a name of its own (ingest.name, --name)");
