using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Two fully connected layers on pooled features, then background or leaf, and how to move the box. matterport's are the
/// same as convolutions that leave one cell, with a norm behind each. Where asked for, the regions see each other behind each layer.
/// </summary>
internal sealed class BoxHead : nn.Module<Tensor, RegionPairs?, BoxHead.Output>
{
    private readonly Layer first;
    private readonly Layer second;
    private readonly ModuleList<RegionRelations> relations;
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

        relations = [];
        for (int i = 0; i < (settings.BoxRelations ? 2 : 0); i++)
        {
            relations.Add(new RegionRelations(settings.BoxHeadWidth));
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

    /// <summary>[R, C, 7, 7] to class logits [R, 2] and moves [R, 4].</summary>
    /// <param name="pooled">Features of the regions.</param>
    /// <param name="pairs">How they lie to each other, where <see cref="NetworkSettings.BoxRelations"/> asks for it.</param>
    public override Output forward(Tensor pooled, RegionPairs? pairs)
    {
        Tensor x = Seeing(0, first.forward(pooled));
        x = Seeing(1, second.forward(x).flatten(1));
        return new Output(classes.forward(x), deltas.forward(x));

        Tensor Seeing(int layer, Tensor x) => relations.Count == 0 ? x : relations[layer].forward(x, pairs!);
    }

    /// <summary>Writes the class logits [R, 2] and moves [R, 4] of regions [R, 4] that were pooled.</summary>
    public (OnnxValue Logits, OnnxValue Moves) WriteTo(OnnxGraph graph, OnnxValue pooled, OnnxValue regions)
    {
        using IDisposable scope = graph.Scope("head");
        OnnxValue pairs = relations.Count == 0 ? OnnxValue.None : RegionPairs.WriteTo(graph, regions);
        OnnxValue x = Seeing(0, first.WriteTo(graph, "first", pooled));
        x = Seeing(1, graph.Flatten(second.WriteTo(graph, "second", x)));
        return (
            graph.Linear(x, graph.Layer("classes", classes.weight, classes.bias!)),
            graph.Linear(x, graph.Layer("deltas", deltas.weight, deltas.bias!)));

        OnnxValue Seeing(int layer, OnnxValue x) => relations.Count == 0 ? x : relations[layer].WriteTo(graph, $"relations{layer}", x, pairs);
    }

    /// <summary>Class logits [R, 2] (background, leaf) and moves [R, 4] (dx, dy, dw, dh, coded as detections).</summary>
    internal sealed record Output(Tensor Logits, Tensor Moves);
}
