namespace LeafSeg.ModelTraining.Faults;

/// <summary>A training run that cannot continue; the message states why and what to do.</summary>
internal sealed class TrainingException(string message) : Exception(message);
