namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>Distinguishes ResNets by their blocks.</summary>
internal static class ResNetKind
{
    private static readonly (string Name, bool Bottleneck, int[] Depths)[] Published =
    [
        ("resnet18", false, [2, 2, 2, 2]),
        ("resnet34", false, [3, 4, 6, 3]),
        ("resnet50", true, [3, 4, 6, 3]),
        ("resnet101", true, [3, 4, 23, 3]),
        ("resnet152", true, [3, 8, 36, 3]),
    ];

    /// <summary>The published name, or the blocks of each stage in words.</summary>
    public static string Name(bool bottleneck, int[] depths)
    {
        foreach ((string name, bool isBottleneck, int[] blocks) in Published)
        {
            if (bottleneck == isBottleneck && depths.SequenceEqual(blocks))
            {
                return name;
            }
        }

        return $"a ResNet of {string.Join(", ", depths)} blocks";
    }

    /// <summary>How many blocks each of the four stages has.</summary>
    /// <param name="blocks">Stage (from 0) and block (from 0) of every tensor that is in one.</param>
    public static int[] Depths(IEnumerable<(int Stage, int Block)> blocks)
    {
        int[] depths = new int[4];
        foreach ((int stage, int block) in blocks)
        {
            depths[stage] = Math.Max(depths[stage], block + 1);
        }

        return depths;
    }
}
