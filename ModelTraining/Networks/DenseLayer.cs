using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>All that a region has, [R, ...], to [R, out]: fully connected, then ReLU.</summary>
internal sealed class DenseLayer : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public DenseLayer(long channelsIn, long channelsOut)
        : base(nameof(DenseLayer))
    {
        using Linear initial = nn.Linear(channelsIn, channelsOut);
        weight = new Parameter(initial.weight.detach().clone());
        bias = new Parameter(initial.bias!.detach().clone());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.relu(nn.functional.linear(input.flatten(1), weight, bias), inplace: true);

    public override OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input) =>
        graph.Relu(graph.Linear(graph.Flatten(input), graph.Layer(name, weight, bias)));
}
