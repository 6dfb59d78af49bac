namespace LeafSeg.ModelTraining.Weights;

/// <summary>A weights file or checkpoint that cannot be used; the message states what was found and what was expected.</summary>
internal sealed class WeightsFileException : Exception
{
    public WeightsFileException(string message)
        : base(message)
    {
    }

    public WeightsFileException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
