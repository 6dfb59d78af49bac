using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// The anchors of one pyramid level: in each cell one box for each size and ratio, cell by cell from the top left. Ours are
/// centred where the cell is; <see cref="AnchorStyle"/> has the others.
/// </summary>
internal static class AnchorGrid
{
    /// <summary>Anchors of a square map of <paramref name="cells"/> x <paramref name="cells"/>, within a cell size by size.</summary>
    public static Box[] Level(int cells, int stride, IReadOnlyList<float> sizes, IReadOnlyList<float> ratios) =>
        Level(cells, stride, sizes, ratios, AnchorStyle.CellCentres);

    public static Box[] Level(int cells, int stride, IReadOnlyList<float> sizes, IReadOnlyList<float> ratios, AnchorStyle style)
    {
        (float HalfWidth, float HalfHeight)[] shapes = [.. style.Shapes(sizes, ratios)];
        Box[] anchors = new Box[cells * cells * shapes.Length];
        int next = 0;
        for (int row = 0; row < cells; row++)
        {
            float y = (row + style.CentreInCell) * stride;
            for (int column = 0; column < cells; column++)
            {
                float x = (column + style.CentreInCell) * stride;
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
            return Level(
                settings.InputSize / stride, stride, settings.AnchorSizes[level], settings.AnchorRatios, settings.Convention.Anchors);
        })];
}
