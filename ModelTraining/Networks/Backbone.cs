using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// What a picture goes through first: [N, 3, H, W] normalised pixels to the maps C1..C5 at strides 2, 4, 8, 16
/// and 32. A backbone brings the normalisation that its pretrained weights were made with.
/// </summary>
internal abstract class Backbone(string name) : nn.Module<Tensor, Tensor[]>(name)
{
    /// <summary>Channels of C1..C5.</summary>
    public abstract long[] Widths { get; }

    /// <summary>Subtracted from the 0..255 pixels, RGB.</summary>
    public abstract float[] PixelMean { get; }

    /// <summary>Divides the difference, RGB.</summary>
    public abstract float[] PixelDeviation { get; }

    /// <summary>
    /// Leaves the first stages as they are: 0 trains all, 1 keeps the stem, 2 also what makes C2, up to 5 for the
    /// whole backbone. Early layers see edges and colours, which pretrained weights know, and cost the most.
    /// </summary>
    public abstract void Freeze(int stages);

    public static readonly string[] Names = ["efficientnet-lite0", "resnet18", "resnet34", "resnet50", "resnet101"];

    /// <summary>A backbone as it is by default.</summary>
    public static Backbone Create(string backbone) => Create(new NetworkSettings { Backbone = backbone });

    public static Backbone Create(NetworkSettings settings)
    {
        return settings.Backbone switch
        {
            "efficientnet-lite0" => new EfficientNetLite0(settings.Normalisation),
            "resnet18" => ResNet(bottleneck: false, 2, 2, 2, 2),
            "resnet34" => ResNet(bottleneck: false, 3, 4, 6, 3),
            "resnet50" => ResNet(bottleneck: true, 3, 4, 6, 3),
            "resnet101" => ResNet(bottleneck: true, 3, 4, 23, 3),
            _ => throw new SettingsException($"Network:Backbone is {settings.Backbone}, expected one of {string.Join(", ", Names)}."),
        };

        ResNet ResNet(bool bottleneck, params int[] depths) =>
            new(bottleneck, depths, settings.Convention, settings.Convention.BackboneStyle(settings.Normalisation, settings.NormEpsilon));
    }

    /// <summary>Added to the variance in the norms of a backbone.</summary>
    public static double NormEpsilonOf(NetworkSettings settings) => settings.Backbone == "efficientnet-lite0"
        ? EfficientNetLite0.Epsilon
        : settings.Convention.BackboneStyle(settings.Normalisation, settings.NormEpsilon).Epsilon;

    /// <summary>[N, H, W, 3] uint8 pixels to [N, 3, H, W] float, channels last in memory.</summary>
    public Tensor Normalise(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = tensor(PixelMean, device: pixels.device);
        Tensor deviation = tensor(PixelDeviation, device: pixels.device);
        return ((pixels.to_type(ScalarType.Float32) - mean) / deviation).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Writes <see cref="Normalise"/>.</summary>
    public OnnxValue WriteNormalisation(OnnxGraph graph, OnnxValue pixels)
    {
        using IDisposable scope = graph.Scope("normalise");
        OnnxValue mean = graph.Constant("mean", PixelMean, 3, 1, 1);
        OnnxValue deviation = graph.Constant("deviation", PixelDeviation, 3, 1, 1);
        // Bytes are turned round, not floats: a quarter of the memory.
        OnnxValue planes = graph.Cast(graph.Transpose(pixels, 0, 3, 1, 2), TensorProto.Types.DataType.Float);
        return graph.Div(graph.Sub(planes, mean), deviation);
    }

    /// <summary>Writes the maps C1..C5.</summary>
    public abstract OnnxValue[] WriteTo(OnnxGraph graph, OnnxValue input);
}
