namespace LeafSeg.ModelTraining.Faults;

/// <summary>A training run that cannot go on; the message says why and what to do.</summary>
internal sealed class TrainingException(string message) : Exception(message);
