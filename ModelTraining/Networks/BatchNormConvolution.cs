using LeafSeg.ModelTraining.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A convolution followed by batch norm that learns: in training the statistics are the batch's and are remembered; at
/// inference, and in a stage that is kept as it is, what is remembered is folded into the weights.
/// </summary>
internal sealed class BatchNormConvolution : ConvolutionLayer
{
    private const double Momentum = 0.1;

    private readonly Parameter gamma;
    private readonly Parameter beta;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly double epsilon;

    public BatchNormConvolution(ConvolutionShape shape, bool withBias, double epsilon)
        : base(shape, withBias)
    {
        this.epsilon = epsilon;
        gamma = new Parameter(ones(shape.ChannelsOut));
        beta = new Parameter(zeros(shape.ChannelsOut));
        mean = zeros(shape.ChannelsOut);
        variance = ones(shape.ChannelsOut);
        RegisterComponents();
    }

    public override (Tensor Weight, Tensor Bias) Folded() => Fold(gamma * variance.Plus(epsilon).rsqrt(), mean, beta);

    public override Tensor forward(Tensor input)
    {
        if (!training || !weight.requires_grad)
        {
            return base.forward(input);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.batch_norm(
            Convolve(input, weight, bias).to_type(ScalarType.Float32), mean, variance, gamma, beta, training: true, Momentum, epsilon);
        return Activation.Apply(x).to_type(input.dtype).MoveToOuterDisposeScope();
    }
}
