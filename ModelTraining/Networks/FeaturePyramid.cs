using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Feature pyramid (Lin et al. 2017): C2..C5 to P2..P6 of one width at strides 4, 8, 16, 32 and 64. The coarser
/// map is doubled and added to the finer one; P6 is every second cell of P5. Where requested, P2 sees C1 too, which knows
/// edges to half a cell.
/// </summary>
internal sealed class FeaturePyramid : nn.Module<Tensor[], Tensor[]>
{
    /// <summary>P2..P6.</summary>
    public const int Levels = 5;

    private readonly ModuleList<Conv2d> lateral;
    private readonly ModuleList<SpatialConvolution> output;
    private readonly Conv2d? detail;

    /// <param name="widths">Channels of C1..C5.</param>
    /// <param name="width">Channels of each level.</param>
    /// <param name="form">Of the 3x3 convolutions.</param>
    /// <param name="seesDetail">Whether P2 sees C1.</param>
    public FeaturePyramid(long[] widths, long width, ConvolutionForm form, bool seesDetail)
        : base(nameof(FeaturePyramid))
    {
        lateral = [];
        output = [];
        foreach (long backboneWidth in widths[1..])
        {
            lateral.Add(nn.Conv2d(backboneWidth, width, 1));
            output.Add(new SpatialConvolution(width, width, form));
        }

        foreach (Conv2d convolution in lateral)
        {
            nn.init.kaiming_uniform_(convolution.weight, a: 1);
            nn.init.zeros_(convolution.bias);
        }

        foreach (SpatialConvolution convolution in output)
        {
            nn.init.kaiming_uniform_(convolution.Weight, a: 1);
        }

        if (seesDetail)
        {
            // Zeros at first: a network that was trained without it continues as it was.
            detail = nn.Conv2d(widths[0], width, 2, stride: 2);
            nn.init.zeros_(detail.weight);
            nn.init.zeros_(detail.bias);
        }

        RegisterComponents();
    }

    /// <summary>1x1 convolutions of C2..C5.</summary>
    public IReadOnlyList<Conv2d> Lateral => [.. lateral];

    /// <summary>3x3 convolutions that make P2..P5.</summary>
    public IReadOnlyList<SpatialConvolution> Output => [.. output];

    /// <summary>Pixels of the input a cell of each level.</summary>
    public static int StrideOf(int level) => 4 << level;

    public override Tensor[] forward(Tensor[] maps)
    {
        Tensor[] pyramid = new Tensor[Levels];
        Tensor? above = null;
        for (int level = lateral.Count - 1; level >= 0; level--)
        {
            Tensor merged = lateral[level].forward(maps[level + 1]);
            if (above is not null)
            {
                merged = merged.Plus(nn.functional.interpolate(above, scale_factor: [2, 2], mode: InterpolationMode.Nearest));
            }

            if (level == 0 && detail is not null)
            {
                merged = merged.Plus(detail.forward(maps[0]));
            }

            pyramid[level] = output[level].forward(merged);
            above = merged;
        }

        pyramid[Levels - 1] = nn.functional.max_pool2d(pyramid[Levels - 2], 1, stride: 2);
        return pyramid;
    }

    public OnnxValue[] WriteTo(OnnxGraph graph, OnnxValue[] maps)
    {
        using IDisposable scope = graph.Scope("pyramid");
        OnnxValue? finest = detail is null ? null : graph.Conv(maps[0], graph.Layer("detail", detail.weight, detail.bias!), stride: 2);
        OnnxValue[] pyramid = new OnnxValue[Levels];
        OnnxValue? above = null;
        for (int level = lateral.Count - 1; level >= 0; level--)
        {
            using IDisposable levelScope = graph.Scope($"p{level + 2}");
            OnnxValue merged = graph.Conv(maps[level + 1], graph.Layer("lateral", lateral[level].weight, lateral[level].bias!));
            if (above is not null)
            {
                merged = graph.Add(merged, graph.UpsampleNearestTwofold(above.Value));
            }

            if (level == 0 && finest is not null)
            {
                merged = graph.Add(merged, finest.Value);
            }

            pyramid[level] = output[level].WriteTo(graph, output[level].WriteLayers(graph, "output"), merged);
            above = merged;
        }

        pyramid[Levels - 1] = graph.MaxPool(pyramid[Levels - 2], 1, stride: 2);
        return pyramid;
    }
}
