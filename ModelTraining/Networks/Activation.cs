using LeafSeg.ModelTraining.Onnx;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

internal enum Activation
{
    None,
    Relu,
    Relu6,
}

internal static class ActivationExtensions
{
    /// <summary>Applies the activation, in place where there is one.</summary>
    public static Tensor Apply(this Activation activation, Tensor input) => activation switch
    {
        Activation.Relu => nn.functional.relu(input, inplace: true),
        Activation.Relu6 => nn.functional.relu6(input, inplace: true),
        _ => input,
    };

    public static OnnxValue WriteTo(this Activation activation, OnnxGraph graph, OnnxValue input) => activation switch
    {
        Activation.Relu => graph.Relu(input),
        Activation.Relu6 => graph.Clip(input, 0, 6),
        _ => input,
    };
}
