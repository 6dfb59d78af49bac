namespace LeafSeg.ModelTraining.Networks;

/// <summary>Zeros round the input of a convolution.</summary>
internal enum Padding
{
    /// <summary>Half of the kernel on all sides.</summary>
    Half,

    /// <summary>TensorFlow's SAME: for stride 2 and an even size one-sided, (0, 1) for a 3x3 kernel.</summary>
    Same,

    None,
}

internal static class PaddingExtensions
{
    /// <summary>Zeros before (left and top) and after (right and bottom).</summary>
    public static (long Before, long After) Around(this Padding padding, long kernel, long stride) => padding switch
    {
        Padding.None => (0, 0),
        Padding.Same when stride == 2 => ((kernel - 2) / 2, kernel - 2 - ((kernel - 2) / 2)),
        _ => (kernel / 2, kernel / 2),
    };
}
