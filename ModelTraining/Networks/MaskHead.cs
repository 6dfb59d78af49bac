using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>Convolutions on pooled features, doubled once: a mask of logits inside the box, the same for every class.</summary>
internal sealed class MaskHead : nn.Module<Tensor, Tensor>
{
    private const int Quarters = 4;

    private readonly ModuleList<ConvolutionLayer> convolutions;
    private readonly ConvTranspose2d doubling;
    private readonly Conv2d logits;

    public MaskHead(NetworkSettings settings)
        : base(nameof(MaskHead))
    {
        ConvolutionStyle style = settings.Convention.HeadStyle;
        convolutions = [];
        long width = settings.PyramidWidth;
        for (int i = 0; i < settings.MaskHeadLayers; i++)
        {
            convolutions.Add(style.Layer(new ConvolutionShape(width, settings.MaskHeadWidth, 3, Activation: Activation.Relu)));
            width = settings.MaskHeadWidth;
        }

        doubling = nn.ConvTranspose2d(width, width, 2, stride: 2);
        logits = nn.Conv2d(width, 1, 1);
        nn.init.kaiming_normal_(logits.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        nn.init.zeros_(logits.bias);
        nn.init.kaiming_normal_(doubling.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        nn.init.zeros_(doubling.bias);
        RegisterComponents();
    }

    public IReadOnlyList<ConvolutionLayer> Convolutions => [.. convolutions];

    public ConvTranspose2d Doubling => doubling;

    public Conv2d Logits => logits;

    /// <summary>[R, C, 14, 14] to logits [R, 28, 28].</summary>
    public override Tensor forward(Tensor pooled)
    {
        Tensor x = pooled;
        foreach (ConvolutionLayer convolution in convolutions)
        {
            x = convolution.forward(x);
        }

        x = nn.functional.relu(doubling.forward(x), inplace: true);
        return logits.forward(x).squeeze(1);
    }

    /// <summary>Writes the logits [R, 28, 28].</summary>
    public OnnxValue WriteTo(OnnxGraph graph, OnnxValue pooled)
    {
        using IDisposable scope = graph.Scope("head");
        OnnxValue x = pooled;
        for (int i = 0; i < convolutions.Count; i++)
        {
            x = convolutions[i].WriteTo(graph, $"conv{i}", x);
        }

        // The four cells that one becomes know nothing of each other: they are four times the channels at one place until the end.
        x = graph.Relu(graph.Conv(x, graph.Layer("quarters", ToQuarters(doubling.weight), doubling.bias!.repeat(Quarters))));
        x = graph.Conv(x, graph.Layer("quarter-logits", ToBlocks(logits.weight), logits.bias!.repeat(Quarters)));
        return graph.Squeeze(graph.DepthToSpace(x, 2), 1);
    }

    /// <summary>Weights [I, O, 2, 2] that double a map, as those of a 1x1 convolution [4 * O, I, 1, 1]: quarter by quarter, row by row.</summary>
    public static Tensor ToQuarters(Tensor weight) => weight.permute(2, 3, 1, 0).reshape(-1, weight.shape[0], 1, 1);

    /// <summary>Undoes it, for weights that are read from a model's file.</summary>
    public static Tensor FromQuarters(Tensor weight) =>
        weight.reshape(2, 2, weight.shape[0] / Quarters, weight.shape[1]).permute(3, 2, 0, 1).contiguous();

    /// <summary>Weights [1, O, 1, 1] that each quarter has for itself: [4, 4 * O, 1, 1], zero for the others.</summary>
    private static Tensor ToBlocks(Tensor weight) => kron(eye(Quarters), weight.reshape(1, -1)).reshape(Quarters, -1, 1, 1);

    /// <summary>Undoes it.</summary>
    public static Tensor FromBlocks(Tensor weight) => weight[..1, ..((int)weight.shape[1] / Quarters)].contiguous();

    /// <summary>Undoes the repetition of biases.</summary>
    public static Tensor FirstQuarter(Tensor bias) => bias[..((int)bias.shape[0] / Quarters)].contiguous();
}
