using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>One leaf as the model found it, before overlaps are resolved.</summary>
public sealed record LeafInstance
{
    /// <summary>
    /// Where the mask lies, in continuous coordinates of the picture handed in: the leaf's own box, or one with room round it.
    /// </summary>
    public required Box Box { get; init; }

    /// <summary>How sure the model is, 0..1.</summary>
    public required float Score { get; init; }

    /// <summary>Cells along each side of <see cref="Mask"/>, 28 for example.</summary>
    public required int MaskSize { get; init; }

    /// <summary>
    /// [MaskSize * MaskSize] probabilities, row by row. Cell (row i, column j) covers the part j/M..(j+1)/M of the
    /// box's width and i/M..(i+1)/M of its height; its value stands for its centre.
    /// </summary>
    public required float[] Mask { get; init; }
}
