using LeafSeg.Common.Metrics;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The score of picture number <paramref name="Index"/> of a folder.</summary>
internal sealed record ScoredPicture(int Index, string Name, LeafScore Score);
