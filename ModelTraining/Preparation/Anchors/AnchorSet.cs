using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Preparation.Anchors;

/// <summary>Sizes and ratios of anchors on the levels P2..P6 of a square input.</summary>
internal sealed record AnchorSet(string Name, int InputSize, float[][] Sizes, float[] Ratios)
{
    /// <summary>Anchors in all.</summary>
    public int Count => Enumerable.Range(0, Sizes.Length).Sum(level =>
    {
        int cells = InputSize / FeaturePyramid.StrideOf(level);
        return cells * cells * Sizes[level].Length * Ratios.Length;
    });

    /// <summary>What a network has.</summary>
    public static AnchorSet Of(NetworkSettings settings) => new("these settings", settings.InputSize, settings.AnchorSizes, settings.AnchorRatios);

    /// <summary>One size a level, twice its stride: the described system, where 8 took the place of 32 on P2.</summary>
    public static AnchorSet Original(int inputSize) => new("the original", inputSize, [[8], [16], [32], [64], [128]], [.5f, 1, 2]);

    /// <summary>Largest IoU of any anchor of one level with a box.</summary>
    public float Best(Box box, int level) => Best(box, level, InputSize, Sizes[level], Ratios);

    /// <summary>
    /// Overlap falls with the distance of the centres along either side, whatever the shapes: the cell in which the box's
    /// centre lies holds the best anchor of each shape.
    /// </summary>
    public static float Best(Box box, int level, int inputSize, IReadOnlyList<float> sizes, IReadOnlyList<float> ratios)
    {
        int stride = FeaturePyramid.StrideOf(level);
        float x = CentreOfCell((box.X1 + box.X2) / 2), y = CentreOfCell((box.Y1 + box.Y2) / 2);
        float best = 0;
        foreach (Box shape in AnchorGrid.Level(1, stride, sizes, ratios))
        {
            float half = stride / 2f;
            best = Math.Max(best, BoxGeometry.IoU(box, new Box(shape.X1 + x - half, shape.Y1 + y - half, shape.X2 + x - half, shape.Y2 + y - half)));
        }

        return best;

        float CentreOfCell(float centre) => (Math.Clamp((int)(centre / stride), 0, (inputSize / stride) - 1) + .5f) * stride;
    }

    /// <summary>As in a settings file.</summary>
    public string ToJson() => $"[{string.Join(", ", Sizes.Select(level => $"[{string.Join(", ", level.Select(size => size.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]"))}]";
}
