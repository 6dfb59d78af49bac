using LeafSeg.ModelTraining.Native;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A convolution followed by batch norm with frozen statistics. The norm is a scale and a shift of each output
/// channel, so it is applied to the weights and never to the feature map: the same numbers and gradients at
/// none of the memory traffic, and the very form in which the ONNX file holds it.
/// </summary>
internal sealed class FrozenNormConvolution : ConvolutionLayer
{
    private readonly Tensor gamma;
    private readonly Tensor beta;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly double epsilon;

    public FrozenNormConvolution(ConvolutionShape shape, bool withBias, double epsilon)
        : base(shape, withBias)
    {
        this.epsilon = epsilon;
        gamma = ones(shape.ChannelsOut);
        beta = zeros(shape.ChannelsOut);
        mean = zeros(shape.ChannelsOut);
        variance = ones(shape.ChannelsOut);
        RegisterComponents();
    }

    public override (Tensor Weight, Tensor Bias) Folded() => Fold(gamma * variance.Plus(epsilon).rsqrt(), mean, beta);
}
