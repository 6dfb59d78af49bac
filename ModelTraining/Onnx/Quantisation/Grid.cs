namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>Which real number a byte represents: <c>Scale * (byte - Zero)</c>. 0 is always one of them, since padding is 0.</summary>
internal readonly record struct Grid(float Scale, byte Zero)
{
    private const int Steps = byte.MaxValue;

    /// <summary>The grid that spans a range, widened to hold 0.</summary>
    public static Grid Over(float lowest, float highest)
    {
        float low = Math.Min(lowest, 0);
        float high = Math.Max(highest, 0);
        float scale = (high - low) / Steps;
        return scale > 0 ? new Grid(scale, (byte)Math.Clamp(MathF.Round(-low / scale), 0, Steps)) : new Grid(1, 0);
    }
}
