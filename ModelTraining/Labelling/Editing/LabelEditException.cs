namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>An edit that cannot be done; the message is for whoever draws.</summary>
internal sealed class LabelEditException(string message) : Exception(message);
