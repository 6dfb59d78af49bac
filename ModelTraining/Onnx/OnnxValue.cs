namespace LeafSeg.ModelTraining.Onnx;

/// <summary>A tensor inside an <see cref="OnnxGraph"/>, known by its name.</summary>
internal readonly record struct OnnxValue(string Name)
{
    /// <summary>An optional input that is left out.</summary>
    public static OnnxValue None { get; } = new("");
}
