using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// ResNet (He et al. 2016) without its classifier. In torchvision's form the stride of a bottleneck sits on the 3x3
/// convolution; as first published, and in matterport's, on the 1x1 before it.
/// </summary>
internal sealed class ResNet : Backbone
{
    private readonly ConvolutionLayer stem;
    private readonly ModuleList<Residual> blocks;
    private readonly int[] depths;
    private readonly long expansion;
    private readonly Convention convention;

    /// <param name="bottleneck">1x1, 3x3, 1x1 blocks (50, 101) instead of 3x3, 3x3 (18, 34).</param>
    /// <param name="depths">Blocks in each of the four stages.</param>
    /// <param name="convention">Where the stride is, how the stem pools, and the pixels' normalisation.</param>
    /// <param name="style">Of all convolutions.</param>
    public ResNet(bool bottleneck, int[] depths, Convention convention, ConvolutionStyle style)
        : base(nameof(ResNet))
    {
        this.depths = depths;
        this.convention = convention;
        expansion = bottleneck ? 4 : 1;
        stem = style.Layer(new ConvolutionShape(3, 64, 7, Stride: 2, Activation: Activation.Relu));
        blocks = [];
        long width = 64;
        for (int stage = 0; stage < depths.Length; stage++)
        {
            long inner = 64L << stage;
            for (int i = 0; i < depths[stage]; i++)
            {
                long stride = i == 0 && stage > 0 ? 2 : 1;
                blocks.Add(bottleneck
                    ? Residual.Bottleneck(style, width, inner, stride, convention.StrideOnFirst)
                    : Residual.Basic(style, width, inner, stride));
                width = inner * expansion;
            }
        }

        RegisterComponents();
    }

    public override long[] Widths => [64, 64 * expansion, 128 * expansion, 256 * expansion, 512 * expansion];

    public override float[] PixelMean => convention.PixelMean;

    public override float[] PixelDeviation => convention.PixelDeviation;

    public ConvolutionLayer Stem => stem;

    public IReadOnlyList<Residual> Blocks => [.. blocks];

    /// <summary>The blocks whose outputs are C2..C5: the last of each stage.</summary>
    public IReadOnlyList<int> TapBlocks => [.. depths.Select((_, stage) => depths.Take(stage + 1).Sum() - 1)];

    public override void Freeze(int stages)
    {
        int frozenBlocks = stages < 2 ? 0 : TapBlocks[Math.Min(stages, depths.Length + 1) - 2] + 1;
        stem.RequireGradient(stages < 1);
        for (int i = 0; i < blocks.Count; i++)
        {
            blocks[i].RequireGradient(i >= frozenBlocks);
        }
    }

    public override Tensor[] forward(Tensor input)
    {
        Tensor finest = stem.forward(input);
        Tensor x = Pool(finest);
        IReadOnlyList<int> taps = TapBlocks;
        List<Tensor> maps = [finest];
        for (int i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].forward(x);
            if (taps.Contains(i))
            {
                maps.Add(x);
            }
        }

        return [.. maps];
    }

    public override OnnxValue[] WriteTo(OnnxGraph graph, OnnxValue input)
    {
        using IDisposable scope = graph.Scope("backbone");
        OnnxValue finest = stem.WriteTo(graph, "stem", input);
        OnnxValue x = graph.MaxPool(finest, 3, stride: 2, convention.StemPoolPadding);
        IReadOnlyList<int> taps = TapBlocks;
        List<OnnxValue> maps = [finest];
        for (int i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].WriteTo(graph, $"block{i}", x);
            if (taps.Contains(i))
            {
                maps.Add(x);
            }
        }

        return [.. maps];
    }

    /// <summary>What lies between C1 and the first block: [N, 64, H / 2, W / 2] to [N, 64, H / 4, W / 4].</summary>
    public Tensor Pool(Tensor map)
    {
        // After a ReLU nothing is smaller than the zeros that are put round it.
        (long before, long after) = convention.StemPoolPadding;
        return nn.functional.max_pool2d(nn.functional.pad(map, [before, after, before, after]), 3, stride: 2);
    }

    /// <summary>One residual block; the shortcut is a 1x1 convolution where the shape changes.</summary>
    internal sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<ConvolutionLayer> path;
        private readonly ConvolutionLayer? shortcut;

        private Residual(ConvolutionLayer[] path, ConvolutionLayer? shortcut)
            : base(nameof(Residual))
        {
            this.path = new ModuleList<ConvolutionLayer>(path);
            this.shortcut = shortcut;
            RegisterComponents();
        }

        public IReadOnlyList<ConvolutionLayer> Path => [.. path];

        public ConvolutionLayer? Shortcut => shortcut;

        /// <summary>3x3, 3x3 (ResNet-18, -34).</summary>
        public static Residual Basic(ConvolutionStyle style, long width, long inner, long stride) => new(
            [
                style.Layer(new ConvolutionShape(width, inner, 3, stride, Activation: Activation.Relu)),
                style.Layer(new ConvolutionShape(inner, inner, 3)),
            ],
            ShortcutOf(style, width, inner, stride));

        /// <summary>1x1, 3x3, 1x1 (ResNet-50, -101).</summary>
        public static Residual Bottleneck(ConvolutionStyle style, long width, long inner, long stride, bool strideOnFirst)
        {
            (long first, long second) = strideOnFirst ? (stride, 1L) : (1L, stride);
            return new Residual(
                [
                    style.Layer(new ConvolutionShape(width, inner, 1, first, Activation: Activation.Relu)),
                    style.Layer(new ConvolutionShape(inner, inner, 3, second, Activation: Activation.Relu)),
                    style.Layer(new ConvolutionShape(inner, inner * 4, 1)),
                ],
                ShortcutOf(style, width, inner * 4, stride));
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = input;
            foreach (ConvolutionLayer convolution in path)
            {
                x = convolution.forward(x);
            }

            return nn.functional.relu(x.Plus(shortcut is null ? input : shortcut.forward(input)), inplace: true);
        }

        public OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue input)
        {
            using IDisposable scope = graph.Scope(name);
            OnnxValue x = input;
            for (int i = 0; i < path.Count; i++)
            {
                x = path[i].WriteTo(graph, $"path{i}", x);
            }

            return graph.Relu(graph.Add(x, shortcut is null ? input : shortcut.WriteTo(graph, "shortcut", input)));
        }

        private static ConvolutionLayer? ShortcutOf(ConvolutionStyle style, long width, long widthOut, long stride) =>
            stride == 1 && width == widthOut ? null : style.Layer(new ConvolutionShape(width, widthOut, 1, stride));
    }
}
