namespace LeafSeg.ModelTraining.Networks;

/// <summary>Height and width of the network's input, or of a map of it.</summary>
internal readonly record struct InputShape(int Height, int Width)
{
    /// <summary>The square that a network is trained on.</summary>
    public static InputShape Square(int size) => new(size, size);

    /// <summary>The shape of a map with one cell every <paramref name="stride"/> pixels; what is left over is a cell too.</summary>
    public InputShape Cells(int stride) => new((Height + stride - 1) / stride, (Width + stride - 1) / stride);
}
