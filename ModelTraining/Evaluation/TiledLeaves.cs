using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// The leaves of a picture that is larger than the network's input, looked at in overlapping tiles at its own resolution. What
/// two tiles see alike where they overlap is one leaf: the one that a tile sees whole is taken, and the parts of a leaf that
/// every tile cuts are joined.
/// </summary>
internal static class TiledLeaves
{
    /// <summary>Overlap of neighbours, as a share of a tile's side: leaves up to that size are whole in one of them.</summary>
    private const double Overlap = 1 / 3.0;

    /// <summary>Agreement of two masks where their tiles overlap, from which on they are one leaf.</summary>
    private const double SameLeaf = .5;

    /// <summary>Pixels from a tile's inner border within which a leaf counts as cut.</summary>
    private const float Border = 2;

    private const int MergedMaskSize = 56;
    private const int FewestPixels = 8;

    /// <param name="picture">The whole picture.</param>
    /// <param name="side">Of a tile, in pixels.</param>
    /// <param name="find">Finds the leaves of a picture.</param>
    /// <returns>Falling by score, in pixels of the whole picture.</returns>
    public static IReadOnlyList<LeafInstance> Find(RgbImage picture, int side, Func<RgbImage, IReadOnlyList<LeafInstance>> find)
    {
        List<Seen> seen = [];
        foreach (PixelBox tile in Tiles(picture.Width, picture.Height, side))
        {
            seen.AddRange(find(picture.Crop(tile)).Select(leaf => Moved(leaf, tile)).Select(leaf => new Seen(leaf, tile, IsCut(leaf.OwnBox, tile, picture))));
        }

        int[] group = [.. Enumerable.Range(0, seen.Count)];
        for (int i = 0; i < seen.Count; i++)
        {
            for (int j = i + 1; j < seen.Count; j++)
            {
                if (seen[i].Tile != seen[j].Tile && AreOne(seen[i], seen[j]))
                {
                    group[Root(group, j)] = Root(group, i);
                }
            }
        }

        return
        [
            .. Enumerable.Range(0, seen.Count).GroupBy(i => Root(group, i)).Select(same => Joined([.. same.Select(i => seen[i])])).OrderByDescending(leaf => leaf.Score),
        ];
    }

    /// <summary>Tiles of one size that cover the picture evenly.</summary>
    internal static IEnumerable<PixelBox> Tiles(int width, int height, int side) =>
        from y in Starts(height, side)
        from x in Starts(width, side)
        select new PixelBox(x, y, Math.Min(width, x + side), Math.Min(height, y + side));

    private static IEnumerable<int> Starts(int length, int side)
    {
        if (length <= side)
        {
            return [0];
        }

        int steps = (int)Math.Ceiling((length - side) / (side * (1 - Overlap)));
        return Enumerable.Range(0, steps + 1).Select(i => (int)Math.Round(i * (length - side) / (double)steps));
    }

    private static LeafInstance Moved(LeafInstance leaf, PixelBox tile) =>
        leaf with { Box = new Box(leaf.Box.X1 + tile.X1, leaf.Box.Y1 + tile.Y1, leaf.Box.X2 + tile.X1, leaf.Box.Y2 + tile.Y1) };

    private static bool IsCut(Box box, PixelBox tile, RgbImage picture) =>
        (tile.X1 > 0 && box.X1 < tile.X1 + Border) || (tile.Y1 > 0 && box.Y1 < tile.Y1 + Border)
        || (tile.X2 < picture.Width && box.X2 > tile.X2 - Border) || (tile.Y2 < picture.Height && box.Y2 > tile.Y2 - Border);

    /// <summary>Whether both are the same where both tiles look.</summary>
    private static bool AreOne(Seen first, Seen second)
    {
        (Box a, Box b) = (first.Leaf.Box, second.Leaf.Box);
        (int left, int right) = (Math.Max(first.Tile.X1, second.Tile.X1), Math.Min(first.Tile.X2, second.Tile.X2));
        (int top, int bottom) = (Math.Max(first.Tile.Y1, second.Tile.Y1), Math.Min(first.Tile.Y2, second.Tile.Y2));
        if (left >= right || top >= bottom || Math.Max(a.X1, b.X1) >= Math.Min(a.X2, b.X2) || Math.Max(a.Y1, b.Y1) >= Math.Min(a.Y2, b.Y2))
        {
            return false;
        }

        int fromX = Math.Max(left, (int)Math.Min(a.X1, b.X1)), toX = Math.Min(right, (int)Math.Ceiling(Math.Max(a.X2, b.X2)));
        int fromY = Math.Max(top, (int)Math.Min(a.Y1, b.Y1)), toY = Math.Min(bottom, (int)Math.Ceiling(Math.Max(a.Y2, b.Y2)));
        int both = 0, either = 0;
        for (int y = fromY; y < toY; y++)
        {
            for (int x = fromX; x < toX; x++)
            {
                bool one = ChanceAt(first.Leaf, x + .5f, y + .5f) >= .5f, other = ChanceAt(second.Leaf, x + .5f, y + .5f) >= .5f;
                both += one && other ? 1 : 0;
                either += one || other ? 1 : 0;
            }
        }

        return either >= FewestPixels && both >= SameLeaf * either;
    }

    private static LeafInstance Joined(IReadOnlyList<Seen> same)
    {
        Seen[] whole = [.. same.Where(one => !one.IsCut)];
        if (whole.Length > 0 || same.Count == 1)
        {
            return (whole.Length > 0 ? whole : same).MaxBy(one => one.Leaf.Score).Leaf;
        }

        Box box = new(same.Min(one => one.Leaf.Box.X1), same.Min(one => one.Leaf.Box.Y1), same.Max(one => one.Leaf.Box.X2), same.Max(one => one.Leaf.Box.Y2));
        float[] mask = new float[MergedMaskSize * MergedMaskSize];
        for (int i = 0; i < mask.Length; i++)
        {
            float x = box.X1 + (box.Width * ((i % MergedMaskSize) + .5f) / MergedMaskSize), y = box.Y1 + (box.Height * ((i / MergedMaskSize) + .5f) / MergedMaskSize);
            mask[i] = same.Max(one => ChanceAt(one.Leaf, x, y));
        }

        return new LeafInstance { Box = box, Score = same.Max(one => one.Leaf.Score), MaskSize = MergedMaskSize, Mask = mask };
    }

    /// <summary>The mask at a point of the picture, between its cells' centres as <see cref="LeafMap.Paste"/> has it; 0 outside the box.</summary>
    private static float ChanceAt(LeafInstance leaf, float x, float y)
    {
        Box box = leaf.Box;
        if (x < box.X1 || x > box.X2 || y < box.Y1 || y > box.Y2)
        {
            return 0;
        }

        int size = leaf.MaskSize;
        float column = Math.Clamp(((x - box.X1) / box.Width * size) - .5f, 0, size - 1), row = Math.Clamp(((y - box.Y1) / box.Height * size) - .5f, 0, size - 1);
        (int left, int top) = ((int)column, (int)row);
        (int right, int bottom) = (Math.Min(left + 1, size - 1), Math.Min(top + 1, size - 1));
        float above = Between(leaf.Mask[(top * size) + left], leaf.Mask[(top * size) + right], column - left);
        float below = Between(leaf.Mask[(bottom * size) + left], leaf.Mask[(bottom * size) + right], column - left);
        return Between(above, below, row - top);

        static float Between(float from, float to, float share) => from + (share * (to - from));
    }

    private static int Root(int[] group, int i)
    {
        while (group[i] != i)
        {
            i = group[i] = group[group[i]];
        }

        return i;
    }

    /// <summary>A leaf as one tile sees it, in pixels of the whole picture.</summary>
    private readonly record struct Seen(LeafInstance Leaf, PixelBox Tile, bool IsCut);
}
