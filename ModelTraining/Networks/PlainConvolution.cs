using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>A convolution without a norm.</summary>
internal sealed class PlainConvolution : ConvolutionLayer
{
    public PlainConvolution(ConvolutionShape shape, bool withBias)
        : base(shape, withBias)
    {
        RegisterComponents();
    }

    public override (Tensor Weight, Tensor Bias) Folded() => Bare();
}
