using LeafSeg.ModelTraining.Onnx;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>A part that takes one tensor and gives one, and can write itself.</summary>
internal abstract class Layer(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <param name="graph">The graph to write into.</param>
    /// <param name="name">What the layer is called there.</param>
    /// <param name="input">What it is applied to.</param>
    public abstract OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input);
}
