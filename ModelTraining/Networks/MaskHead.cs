using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>Convolutions on pooled features, doubled once: a mask of logits inside the box, the same for every class.</summary>
internal sealed class MaskHead : nn.Module<Tensor, Tensor>
{
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

        x = graph.Relu(graph.ConvTranspose(x, graph.Layer("doubling", doubling.weight, doubling.bias!), stride: 2));
        return graph.Squeeze(graph.Conv(x, graph.Layer("logits", logits.weight, logits.bias!)), 1);
    }
}
