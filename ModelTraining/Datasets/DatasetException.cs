namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Training data that cannot be used; the message states what was found, what was expected and what to do.</summary>
internal sealed class DatasetException(string message, FindingKind kind = FindingKind.Unreadable) : Exception(message)
{
    public FindingKind Kind { get; } = kind;
}
