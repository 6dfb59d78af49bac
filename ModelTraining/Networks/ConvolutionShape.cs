namespace LeafSeg.ModelTraining.Networks;

/// <summary>What a convolution takes and gives.</summary>
/// <param name="ChannelsIn">Channels of the input.</param>
/// <param name="ChannelsOut">Channels of the output.</param>
/// <param name="Kernel">Side of the square kernel.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Groups">Equal to <paramref name="ChannelsIn"/> for a depthwise convolution.</param>
/// <param name="Activation">What follows it and its norm.</param>
/// <param name="Padding">Zeros round the input.</param>
internal sealed record ConvolutionShape(
    long ChannelsIn, long ChannelsOut, long Kernel, long Stride = 1, long Groups = 1,
    Activation Activation = Activation.None, Padding Padding = Padding.Half)
{
    /// <summary>Zeros before (left and top) and after (right and bottom).</summary>
    public (long Before, long After) Zeros => Padding.Around(Kernel, Stride);
}
