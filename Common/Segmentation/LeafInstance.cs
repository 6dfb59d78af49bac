using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>One leaf as the model found it, before overlaps are resolved.</summary>
public sealed record LeafInstance
{
    /// <summary>
    /// Where the mask lies, in continuous coordinates of the picture handed in: the leaf's own box with <see cref="Margin"/>
    /// round it.
    /// </summary>
    public required Box Box { get; init; }

    /// <summary>What <see cref="Box"/> has more on each side, as a share of the own box's side.</summary>
    public float Margin { get; init; }

    /// <summary>
    /// The box of the leaf alone. Where the margin was cut off at the picture's edge it is the margin's share too small there.
    /// </summary>
    public Box OwnBox
    {
        get
        {
            float share = Margin / (1 + (2 * Margin));
            (float x, float y) = (share * Box.Width, share * Box.Height);
            return new Box(Box.X1 + x, Box.Y1 + y, Box.X2 - x, Box.Y2 - y);
        }
    }

    /// <summary>How sure the model is, 0..1.</summary>
    public required float Score { get; init; }

    /// <summary>Cells along each side of <see cref="Mask"/>, 28 for example.</summary>
    public required int MaskSize { get; init; }

    /// <summary>
    /// [MaskSize * MaskSize] probabilities, row by row. Cell (row i, column j) covers the part j/M..(j+1)/M of the
    /// box's width and i/M..(i+1)/M of its height; its value is that at its centre.
    /// </summary>
    public required float[] Mask { get; init; }
}
