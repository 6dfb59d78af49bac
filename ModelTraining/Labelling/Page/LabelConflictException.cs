namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>The labels are not those that the edit was drawn on; nothing was changed.</summary>
internal sealed class LabelConflictException(string message) : Exception(message);
