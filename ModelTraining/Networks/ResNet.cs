using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>ResNet (He et al. 2016) without its classifier, in torchvision's form: the stride sits on the 3x3 convolution.</summary>
internal sealed class ResNet : Backbone
{
    private readonly FrozenNormConvolution stem;
    private readonly ModuleList<Residual> blocks;
    private readonly int[] depths;
    private readonly long expansion;

    /// <param name="bottleneck">1x1, 3x3, 1x1 blocks (50, 101) instead of 3x3, 3x3 (18, 34).</param>
    /// <param name="depths">Blocks in each of the four stages.</param>
    public ResNet(bool bottleneck, int[] depths)
        : base(nameof(ResNet))
    {
        this.depths = depths;
        expansion = bottleneck ? 4 : 1;
        stem = new FrozenNormConvolution(3, 64, 7, stride: 2, activation: Activation.Relu);
        blocks = [];
        long width = 64;
        for (int stage = 0; stage < depths.Length; stage++)
        {
            long inner = 64L << stage;
            for (int i = 0; i < depths[stage]; i++)
            {
                blocks.Add(new Residual(width, inner, bottleneck, stride: i == 0 && stage > 0 ? 2 : 1));
                width = inner * expansion;
            }
        }

        RegisterComponents();
    }

    public override long[] Widths => [64 * expansion, 128 * expansion, 256 * expansion, 512 * expansion];

    public override float[] PixelMean => [123.675f, 116.28f, 103.53f];

    public override float[] PixelDeviation => [58.395f, 57.12f, 57.375f];

    public FrozenNormConvolution Stem => stem;

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
        Tensor x = nn.functional.max_pool2d(stem.forward(input), 3, stride: 2, padding: 1);
        IReadOnlyList<int> taps = TapBlocks;
        List<Tensor> maps = [];
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
        OnnxValue x = graph.MaxPool(stem.WriteTo(graph, "stem", input), 3, stride: 2, padding: 1);
        IReadOnlyList<int> taps = TapBlocks;
        List<OnnxValue> maps = [];
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

    /// <summary>One residual block; the shortcut is a 1x1 convolution where the shape changes.</summary>
    internal sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<FrozenNormConvolution> path;
        private readonly FrozenNormConvolution? shortcut;

        public Residual(long width, long inner, bool bottleneck, long stride)
            : base(nameof(Residual))
        {
            long widthOut = bottleneck ? inner * 4 : inner;
            path = bottleneck
                ?
                [
                    new FrozenNormConvolution(width, inner, 1, activation: Activation.Relu),
                    new FrozenNormConvolution(inner, inner, 3, stride, activation: Activation.Relu),
                    new FrozenNormConvolution(inner, widthOut, 1),
                ]
                :
                [
                    new FrozenNormConvolution(width, inner, 3, stride, activation: Activation.Relu),
                    new FrozenNormConvolution(inner, widthOut, 3),
                ];
            if (stride != 1 || width != widthOut)
            {
                shortcut = new FrozenNormConvolution(width, widthOut, 1, stride);
            }

            RegisterComponents();
        }

        public IReadOnlyList<FrozenNormConvolution> Path => [.. path];

        public FrozenNormConvolution? Shortcut => shortcut;

        public override Tensor forward(Tensor input)
        {
            Tensor x = input;
            foreach (FrozenNormConvolution convolution in path)
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
    }
}
