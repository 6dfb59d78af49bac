using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A convolution, its norm and its activation. <see cref="ConvolutionStyle"/> makes it with the norm that is wanted.
/// </summary>
internal abstract class ConvolutionLayer : Layer
{
    protected readonly Parameter weight;
    protected readonly Parameter? bias;
    private readonly ConvolutionShape shape;

    protected ConvolutionLayer(ConvolutionShape shape, bool withBias)
        : base(nameof(ConvolutionLayer))
    {
        this.shape = shape;
        weight = new Parameter(empty(shape.ChannelsOut, shape.ChannelsIn / shape.Groups, shape.Kernel, shape.Kernel));
        nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        bias = withBias ? new Parameter(zeros(shape.ChannelsOut)) : null;
    }

    public Parameter Weight => weight;

    public Parameter? Bias => bias;

    public Activation Activation => shape.Activation;

    /// <summary>The convolution as the file has it, with what can be folded into it: weight [out, in / groups, k, k] and bias [out].</summary>
    public abstract (Tensor Weight, Tensor Bias) Folded();

    /// <summary>The backward pass of a depthwise 5x5 kernel takes four times as long in bfloat16; that of all others about half.</summary>
    private bool SlowInBFloat16 => shape.Groups > 1 && shape.Kernel > 3 && weight.requires_grad;

    /// <summary>[N, in, H, W] to [N, out, H / stride, W / stride], computed in the input's type.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor folded, Tensor folding) = Folded();
        return Activation.Apply(Convolve(input, folded, folding)).to_type(input.dtype).MoveToOuterDisposeScope();
    }

    public override OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input)
    {
        using DisposeScope disposing = NewDisposeScope();
        using IDisposable scope = graph.Scope(name);
        return Activation.WriteTo(graph, WriteConvolution(graph, input));
    }

    /// <summary>The convolution as it is.</summary>
    protected (Tensor Weight, Tensor Bias) Bare() => (weight, bias ?? zeros(shape.ChannelsOut));

    /// <summary>The convolution when <paramref name="mean"/> is taken off, and what is left scaled and shifted.</summary>
    protected (Tensor Weight, Tensor Bias) Fold(Tensor scale, Tensor mean, Tensor shift)
    {
        Tensor offset = bias is null ? -mean : bias - mean;
        return (weight * scale.view(-1, 1, 1, 1), shift.Plus(offset * scale));
    }

    protected Tensor Convolve(Tensor input, Tensor kernel, Tensor? offset)
    {
        if (input.dtype == ScalarType.BFloat16 && SlowInBFloat16)
        {
            input = input.to_type(ScalarType.Float32);
        }

        kernel = kernel.to_type(input.dtype);
        offset = offset?.to_type(input.dtype);
        (long before, long after) = shape.Zeros;
        long padding = before;
        if (before != after)
        {
            input = nn.functional.pad(input, [before, after, before, after]);
            padding = 0;
        }

        return nn.functional.conv2d(
            input, kernel, offset, strides: [shape.Stride, shape.Stride], padding: [padding, padding], groups: shape.Groups);
    }

    protected OnnxValue WriteConvolution(OnnxGraph graph, OnnxValue input)
    {
        (Tensor folded, Tensor folding) = Folded();
        return graph.Conv(input, graph.Layer("norm", folded, folding), shape.Stride, shape.Zeros, shape.Groups);
    }
}
