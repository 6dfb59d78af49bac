using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// The anchors of one pyramid level: at each cell's centre one box for each size and ratio, cell by cell from
/// the top left, within a cell size by size and for each size ratio by ratio. Coordinates are continuous, so
/// the centre of cell (0, 0) lies at half a stride.
/// </summary>
internal static class AnchorGrid
{
    /// <summary>Anchors of a square map of <paramref name="cells"/> x <paramref name="cells"/>.</summary>
    public static Box[] Level(int cells, int stride, IReadOnlyList<float> sizes, IReadOnlyList<float> ratios)
    {
        List<(float HalfWidth, float HalfHeight)> shapes = [];
        foreach (float size in sizes)
        {
            foreach (float ratio in ratios)
            {
                float root = MathF.Sqrt(ratio);
                shapes.Add((size / root / 2, size * root / 2));
            }
        }

        Box[] anchors = new Box[cells * cells * shapes.Count];
        int next = 0;
        for (int row = 0; row < cells; row++)
        {
            float y = (row + 0.5f) * stride;
            for (int column = 0; column < cells; column++)
            {
                float x = (column + 0.5f) * stride;
                foreach ((float halfWidth, float halfHeight) in shapes)
                {
                    anchors[next++] = new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
                }
            }
        }

        return anchors;
    }

    /// <summary>P2..P6 for a network's input.</summary>
    public static Box[][] Pyramid(NetworkSettings settings) =>
        [.. Enumerable.Range(0, FeaturePyramid.Levels).Select(level =>
        {
            int stride = FeaturePyramid.StrideOf(level);
            return Level(settings.InputSize / stride, stride, settings.AnchorSizes[level], settings.AnchorRatios);
        })];
}
