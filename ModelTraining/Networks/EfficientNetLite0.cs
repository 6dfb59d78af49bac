using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// EfficientNet-Lite0 (Tan and Le 2019; the Lite form without squeeze-and-excitation, ReLU6 instead of swish) up
/// to its last block. Padding is TensorFlow's SAME, batch norm epsilon 1e-3.
/// </summary>
internal sealed class EfficientNetLite0 : Backbone
{
    public const double Epsilon = 1e-3;

    // kernel, stride of the first block, expansion, channels out, blocks
    private static readonly (long Kernel, long Stride, long Expansion, long Width, int Blocks)[] Stages =
    [
        (3, 1, 1, 16, 1),
        (3, 2, 6, 24, 2),
        (5, 2, 6, 40, 2),
        (3, 2, 6, 80, 3),
        (5, 1, 6, 112, 3),
        (5, 2, 6, 192, 4),
        (3, 1, 6, 320, 1),
    ];

    // The last block of each stride: C1, C2, C3, C4, C5.
    private static readonly int[] Taps = [0, 2, 4, 10, 15];

    private readonly ConvolutionLayer stem;
    private readonly ModuleList<InvertedResidual> blocks;

    public EfficientNetLite0(Normalisation norm = Normalisation.Frozen)
        : base(nameof(EfficientNetLite0))
    {
        ConvolutionStyle style = new(norm, Epsilon, Bias: false);
        stem = style.Layer(new ConvolutionShape(3, 32, 3, Stride: 2, Activation: Activation.Relu6, Padding: Padding.Same));
        blocks = [];
        long width = 32;
        foreach ((long kernel, long stride, long expansion, long widthOut, int count) in Stages)
        {
            for (int i = 0; i < count; i++)
            {
                blocks.Add(new InvertedResidual(style, width, widthOut, kernel, i == 0 ? stride : 1, expansion));
                width = widthOut;
            }
        }

        RegisterComponents();
    }

    public override long[] Widths => [16, 24, 40, 112, 320];

    public override float[] PixelMean => [127, 127, 127];

    public override float[] PixelDeviation => [128, 128, 128];

    public ConvolutionLayer Stem => stem;

    public IReadOnlyList<InvertedResidual> Blocks => [.. blocks];

    /// <summary>The blocks whose outputs are C1..C5.</summary>
    public static IReadOnlyList<int> TapBlocks => Taps;

    public override void Freeze(int stages)
    {
        int frozenBlocks = stages < 2 ? 0 : Taps[Math.Min(stages, Taps.Length) - 1] + 1;
        stem.RequireGradient(stages < 1);
        for (int i = 0; i < blocks.Count; i++)
        {
            blocks[i].RequireGradient(i >= frozenBlocks);
        }
    }

    public override Tensor[] forward(Tensor input)
    {
        Tensor x = stem.forward(input);
        List<Tensor> maps = [];
        for (int i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].forward(x);
            if (Taps.Contains(i))
            {
                maps.Add(x);
            }
        }

        return [.. maps];
    }

    public override OnnxValue[] WriteTo(OnnxGraph graph, OnnxValue input)
    {
        using IDisposable scope = graph.Scope("backbone");
        OnnxValue x = stem.WriteTo(graph, "stem", input);
        List<OnnxValue> maps = [];
        for (int i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].WriteTo(graph, $"block{i}", x);
            if (Taps.Contains(i))
            {
                maps.Add(x);
            }
        }

        return [.. maps];
    }

    /// <summary>Expand 1x1, depthwise, project 1x1 without activation; the input is added where shapes agree.</summary>
    internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly ConvolutionLayer? expand;
        private readonly ConvolutionLayer depthwise;
        private readonly ConvolutionLayer project;

        public InvertedResidual(ConvolutionStyle style, long width, long widthOut, long kernel, long stride, long expansion)
            : base(nameof(InvertedResidual))
        {
            long inner = width * expansion;
            if (expansion > 1)
            {
                expand = style.Layer(new ConvolutionShape(width, inner, 1, Activation: Activation.Relu6));
            }

            depthwise = style.Layer(new ConvolutionShape(inner, inner, kernel, stride, Groups: inner, Activation.Relu6, Padding.Same));
            project = style.Layer(new ConvolutionShape(inner, widthOut, 1));
            AddsInput = stride == 1 && width == widthOut;
            RegisterComponents();
        }

        public bool AddsInput { get; }

        public ConvolutionLayer? Expand => expand;

        public ConvolutionLayer Depthwise => depthwise;

        public ConvolutionLayer Project => project;

        public override Tensor forward(Tensor input)
        {
            Tensor x = expand is null ? input : expand.forward(input);
            x = project.forward(depthwise.forward(x));
            return AddsInput ? x.Plus(input) : x;
        }

        public OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input)
        {
            using IDisposable scope = graph.Scope(name);
            OnnxValue x = expand is null ? input : expand.WriteTo(graph, "expand", input);
            x = project.WriteTo(graph, "project", depthwise.WriteTo(graph, "depthwise", x));
            return AddsInput ? graph.Add(x, input) : x;
        }
    }
}
