using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Two fully connected layers on pooled features, then background or leaf, and how to move the box. matterport's are the
/// same as convolutions that leave one cell, with a norm behind each.
/// </summary>
internal sealed class BoxHead : nn.Module<Tensor, BoxHead.Output>
{
    private readonly Layer first;
    private readonly Layer second;
    private readonly Linear classes;
    private readonly Linear deltas;

    public BoxHead(NetworkSettings settings)
        : base(nameof(BoxHead))
    {
        if (settings.Convention.HeadNorms)
        {
            ConvolutionStyle style = settings.Convention.HeadStyle;
            first = style.Layer(new ConvolutionShape(
                settings.PyramidWidth, settings.BoxHeadWidth, settings.BoxPool, Activation: Activation.Relu, Padding: Padding.None));
            second = style.Layer(new ConvolutionShape(settings.BoxHeadWidth, settings.BoxHeadWidth, 1, Activation: Activation.Relu));
        }
        else
        {
            first = new DenseLayer((long)settings.PyramidWidth * settings.BoxPool * settings.BoxPool, settings.BoxHeadWidth);
            second = new DenseLayer(settings.BoxHeadWidth, settings.BoxHeadWidth);
        }

        classes = nn.Linear(settings.BoxHeadWidth, 2);
        deltas = nn.Linear(settings.BoxHeadWidth, 4);
        nn.init.normal_(classes.weight, std: 0.01);
        nn.init.zeros_(classes.bias);
        nn.init.normal_(deltas.weight, std: 0.001);
        nn.init.zeros_(deltas.bias);
        RegisterComponents();
    }

    public Linear Classes => classes;

    public Linear Deltas => deltas;

    /// <summary>[R, C, 7, 7] to class logits [R, 2] and deltas [R, 4].</summary>
    public override Output forward(Tensor pooled)
    {
        Tensor x = second.forward(first.forward(pooled)).flatten(1);
        return new Output(classes.forward(x), deltas.forward(x));
    }

    /// <summary>Writes the class logits [R, 2] and deltas [R, 4].</summary>
    public (OnnxValue Logits, OnnxValue Deltas) WriteTo(OnnxGraph graph, OnnxValue pooled)
    {
        using IDisposable scope = graph.Scope("head");
        OnnxValue x = graph.Flatten(second.WriteTo(graph, "second", first.WriteTo(graph, "first", pooled)));
        return (
            graph.Linear(x, graph.Layer("classes", classes.weight, classes.bias!)),
            graph.Linear(x, graph.Layer("deltas", deltas.weight, deltas.bias!)));
    }

    /// <summary>Class logits [R, 2] (background, leaf) and deltas [R, 4] (dx, dy, dw, dh, coded as detections).</summary>
    internal sealed record Output(Tensor Logits, Tensor Deltas);
}
