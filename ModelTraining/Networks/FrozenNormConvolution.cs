using LeafSeg.ModelTraining.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A convolution followed by batch norm with frozen statistics. The norm is a scale and a shift of each output
/// channel, so it is applied to the weights and never to the feature map: the same numbers and gradients at
/// none of the memory traffic, and the very form in which the ONNX file holds it.
/// </summary>
internal sealed class FrozenNormConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Tensor gamma;
    private readonly Tensor beta;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly double epsilon;

    /// <param name="channelsIn">Channels of the input.</param>
    /// <param name="channelsOut">Channels of the output.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="groups">Equal to <paramref name="channelsIn"/> for a depthwise convolution.</param>
    /// <param name="activation">What follows the norm.</param>
    /// <param name="samePadding">
    /// TensorFlow's SAME: for stride 2 and an even size one-sided, (0, 1) for a 3x3 kernel. Otherwise kernel / 2 on all sides.
    /// </param>
    /// <param name="epsilon">Added to the variance.</param>
    public FrozenNormConvolution(
        long channelsIn, long channelsOut, long kernel, long stride = 1, long groups = 1,
        Activation activation = Activation.None, bool samePadding = false, double epsilon = 1e-5)
        : base(nameof(FrozenNormConvolution))
    {
        Stride = stride;
        Groups = groups;
        Activation = activation;
        long before = samePadding && stride == 2 ? (kernel - 2) / 2 : kernel / 2;
        long after = samePadding && stride == 2 ? kernel - 2 - before : kernel / 2;
        Padding = (before, after);
        this.epsilon = epsilon;
        weight = new Parameter(empty(channelsOut, channelsIn / groups, kernel, kernel));
        nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        gamma = ones(channelsOut);
        beta = zeros(channelsOut);
        mean = zeros(channelsOut);
        variance = ones(channelsOut);
        RegisterComponents();
    }

    public long Stride { get; }

    public long Groups { get; }

    public Activation Activation { get; }

    /// <summary>Zeros before (left and top) and after (right and bottom).</summary>
    public (long Before, long After) Padding { get; }

    /// <summary>The convolution with the norm inside: weight [out, in / groups, k, k] and bias [out].</summary>
    public (Tensor Weight, Tensor Bias) Folded()
    {
        Tensor scale = gamma * variance.Plus(epsilon).rsqrt();
        return (weight * scale.view(-1, 1, 1, 1), beta - (mean * scale));
    }

    /// <summary>[N, in, H, W] to [N, out, H / stride, W / stride], computed in the input's type.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = input.dtype;
        if (type == ScalarType.BFloat16 && SlowInBFloat16)
        {
            input = input.to_type(ScalarType.Float32);
        }

        (Tensor folded, Tensor bias) = Folded();
        (folded, bias) = (folded.to_type(input.dtype), bias.to_type(input.dtype));
        (long before, long after) = Padding;
        long padding = before;
        if (before != after)
        {
            input = nn.functional.pad(input, [before, after, before, after]);
            padding = 0;
        }

        Tensor output = nn.functional.conv2d(
            input, folded, bias, strides: [Stride, Stride], padding: [padding, padding], groups: Groups);
        return Activation.Apply(output).to_type(type).MoveToOuterDisposeScope();
    }

    /// <summary>The backward pass of a depthwise 5x5 kernel takes four times as long in bfloat16; that of all others about half.</summary>
    private bool SlowInBFloat16 => Groups > 1 && weight.shape[^1] > 3 && weight.requires_grad;

    public OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input)
    {
        using DisposeScope disposing = NewDisposeScope();
        using IDisposable scope = graph.Scope(name);
        (Tensor folded, Tensor bias) = Folded();
        return Activation.WriteTo(graph, graph.Conv(input, graph.Layer("norm", folded, bias), Stride, Padding, Groups));
    }
}
