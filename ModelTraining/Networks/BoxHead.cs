using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>Two fully connected layers on pooled features, then background or leaf, and how to move the box.</summary>
internal sealed class BoxHead : nn.Module<Tensor, BoxHead.Output>
{
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear classes;
    private readonly Linear deltas;

    public BoxHead(NetworkSettings settings)
        : base(nameof(BoxHead))
    {
        first = nn.Linear((long)settings.PyramidWidth * settings.BoxPool * settings.BoxPool, settings.BoxHeadWidth);
        second = nn.Linear(settings.BoxHeadWidth, settings.BoxHeadWidth);
        classes = nn.Linear(settings.BoxHeadWidth, 2);
        deltas = nn.Linear(settings.BoxHeadWidth, 4);
        nn.init.normal_(classes.weight, std: 0.01);
        nn.init.zeros_(classes.bias);
        nn.init.normal_(deltas.weight, std: 0.001);
        nn.init.zeros_(deltas.bias);
        RegisterComponents();
    }

    public Linear First => first;

    public Linear Second => second;

    public Linear Classes => classes;

    public Linear Deltas => deltas;

    /// <summary>[R, C, 7, 7] to class logits [R, 2] and moves [R, 4].</summary>
    public override Output forward(Tensor pooled)
    {
        Tensor x = nn.functional.relu(first.forward(pooled.flatten(1)), inplace: true);
        x = nn.functional.relu(second.forward(x), inplace: true);
        return new Output(classes.forward(x), deltas.forward(x));
    }

    /// <summary>Writes the class logits [R, 2] and moves [R, 4].</summary>
    public (OnnxValue Logits, OnnxValue Moves) WriteTo(OnnxGraph graph, OnnxValue pooled)
    {
        using IDisposable scope = graph.Scope("head");
        OnnxValue x = graph.Relu(graph.Linear(graph.Flatten(pooled), graph.Layer("first", first.weight, first.bias!)));
        x = graph.Relu(graph.Linear(x, graph.Layer("second", second.weight, second.bias!)));
        return (
            graph.Linear(x, graph.Layer("classes", classes.weight, classes.bias!)),
            graph.Linear(x, graph.Layer("deltas", deltas.weight, deltas.bias!)));
    }

    /// <summary>Class logits [R, 2] (background, leaf) and moves [R, 4] (dx, dy, dw, dh, coded as detections).</summary>
    internal sealed record Output(Tensor Logits, Tensor Moves);
}
