using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// A 3x3 convolution behind the backbone, at every place of a feature map: in one piece, as in the papers, or separable
/// (Howard et al. 2017), which looks at the neighbours channel by channel and then mixes the channels at one place. On P2
/// the papers' form costs as much as a whole small backbone.
/// </summary>
internal sealed class SpatialConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d? depthwise;
    private readonly Parameter weight;
    private readonly Parameter bias;

    public SpatialConvolution(long channelsIn, long channelsOut, ConvolutionForm form)
        : base(nameof(SpatialConvolution))
    {
        bool separable = form == ConvolutionForm.Separable;
        depthwise = separable ? nn.Conv2d(channelsIn, channelsIn, 3, padding: 1, groups: channelsIn) : null;
        long kernel = separable ? 1 : 3;
        weight = new Parameter(empty(channelsOut, channelsIn, kernel, kernel));
        bias = new Parameter(zeros(channelsOut));
        RegisterComponents();
    }

    /// <summary>What mixes the channels: [out, in, 3, 3], or [out, in, 1, 1] of the separable form. Its makers initialise it.</summary>
    public Parameter Weight => weight;

    /// <summary>[out].</summary>
    public Parameter Bias => bias;

    /// <summary>[N, in, H, W] to [N, out, H, W].</summary>
    public override Tensor forward(Tensor input) => depthwise is null
        ? nn.functional.conv2d(input, weight, bias, padding: [1, 1])
        : nn.functional.conv2d(depthwise.forward(input), weight, bias);

    /// <summary>What <see cref="WriteTo(OnnxGraph, Layers, OnnxValue)"/> needs, stored once however often it is applied.</summary>
    public Layers WriteLayers(OnnxGraph graph, string name) => new(
        depthwise is null ? null : graph.Layer($"{name}/depthwise", depthwise.weight, depthwise.bias!), graph.Layer(name, weight, bias));

    public OnnxValue WriteTo(OnnxGraph graph, Layers layers, OnnxValue input) => layers.Depthwise is { } neighbours
        ? graph.Conv(graph.Conv(input, neighbours, padding: (1, 1), groups: depthwise!.weight.shape[0]), layers.Dense)
        : graph.Conv(input, layers.Dense, padding: (1, 1));

    /// <summary>The stored weights and biases of the two steps, the first of them of the separable form only.</summary>
    internal readonly record struct Layers((OnnxValue Weight, OnnxValue Bias)? Depthwise, (OnnxValue Weight, OnnxValue Bias) Dense);
}
