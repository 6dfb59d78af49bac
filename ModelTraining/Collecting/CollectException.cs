namespace LeafSeg.ModelTraining.Collecting;

/// <summary>A rig or a picture of it cannot be had; the others can.</summary>
internal sealed class CollectException(string message, Exception? inner = null) : Exception(message, inner);
