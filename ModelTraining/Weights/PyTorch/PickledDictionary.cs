namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>A Python dict with named values, in the order of the file.</summary>
internal sealed class PickledDictionary : OrderedDictionary<string, object?>
{
    public PickledDictionary()
        : base(StringComparer.Ordinal)
    {
    }
}
