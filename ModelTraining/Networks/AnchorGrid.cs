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
        Level(new InputShape(cells, cells), stride, sizes, ratios, AnchorStyle.CellCentres);

    /// <summary>Anchors of a map of this many cells.</summary>
    public static Box[] Level(InputShape cells, int stride, IReadOnlyList<float> sizes, IReadOnlyList<float> ratios, AnchorStyle style)
    {
        (float HalfWidth, float HalfHeight)[] shapes = [.. style.Shapes(sizes, ratios)];
        Box[] anchors = new Box[cells.Height * cells.Width * shapes.Length];
        int next = 0;
        for (int row = 0; row < cells.Height; row++)
        {
            float y = (row + style.CentreInCell) * stride;
            for (int column = 0; column < cells.Width; column++)
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

    /// <summary>P2..P6 for an input of this shape.</summary>
    public static Box[][] Pyramid(NetworkSettings settings, InputShape input) =>
        [.. Enumerable.Range(0, FeaturePyramid.Levels).Select(level =>
        {
            int stride = FeaturePyramid.StrideOf(level);
            return Level(input.Cells(stride), stride, settings.AnchorSizes[level], settings.AnchorRatios, settings.Convention.Anchors);
        })];
}
