namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>The plants that the settings name.</summary>
internal sealed record RigPlants(IReadOnlySet<string> Names);
