using System.Numerics;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A convolution followed by group norm (Wu and He 2018): each picture's channels are normalised in groups, 32 of them
/// where the channels can be shared out so.
/// </summary>
internal sealed class GroupNormConvolution : ConvolutionLayer
{
    private const int MostGroups = 32;

    private readonly Parameter gamma;
    private readonly Parameter beta;
    private readonly long groups;
    private readonly double epsilon;

    public GroupNormConvolution(ConvolutionShape shape, bool withBias, double epsilon)
        : base(shape, withBias)
    {
        this.epsilon = epsilon;
        groups = (long)BigInteger.GreatestCommonDivisor(MostGroups, shape.ChannelsOut);
        gamma = new Parameter(ones(shape.ChannelsOut));
        beta = new Parameter(zeros(shape.ChannelsOut));
        RegisterComponents();
    }

    public override (Tensor Weight, Tensor Bias) Folded() => Bare();

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.group_norm(Convolve(input, weight, bias).to_type(ScalarType.Float32), groups, gamma, beta, epsilon);
        return Activation.Apply(x).to_type(input.dtype).MoveToOuterDisposeScope();
    }

    public override OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input)
    {
        using DisposeScope disposing = NewDisposeScope();
        using IDisposable scope = graph.Scope(name);
        OnnxValue x = WriteConvolution(graph, input);
        // Opset 17 has no group norm, but one of each channel: a group is made one channel.
        OnnxValue normal = graph.InstanceNorm(graph.Reshape(x, 0, groups, -1), groups, (float)epsilon);
        OnnxValue scaled = graph.Mul(graph.ReshapeLike(normal, x), graph.Constant("gamma", gamma.reshape(-1, 1, 1)));
        return Activation.WriteTo(graph, graph.Add(scaled, graph.Constant("beta", beta.reshape(-1, 1, 1))));
    }
}
