namespace LeafSeg.ModelTraining.Onnx;

/// <summary>One dimension of an input or output: a fixed size, or a name for a size that is known at run time.</summary>
internal readonly record struct OnnxDimension(long Size, string? Name)
{
    public static implicit operator OnnxDimension(long size) => new(size, null);

    public static implicit operator OnnxDimension(string name) => new(0, name);
}
