using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

public sealed class TiledLeavesTests
{
    private const int Cells = 28;

    [Theory]
    [InlineData(100, 80, 200, 1)]
    [InlineData(700, 500, 200, 20)]
    public void Tiles_cover_the_picture_and_overlap_by_a_third(int width, int height, int side, int count)
    {
        PixelBox[] tiles = [.. TiledLeaves.Tiles(width, height, side)];
        bool[] seen = new bool[width * height];
        foreach (PixelBox tile in tiles)
        {
            for (int y = tile.Y1; y < tile.Y2; y++)
            {
                seen.AsSpan((y * width) + tile.X1, tile.Width).Fill(true);
            }
        }

        Assert.Equal(count, tiles.Length);
        Assert.DoesNotContain(false, seen);
    }

    /// <summary>Squares of which every tile sees its part, as a perfect network would.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(90)]
    [InlineData(300)]
    public void Each_leaf_is_found_once_and_whole_wherever_the_borders_run(int side)
    {
        const int Tile = 200;
        RgbImage picture = new(900, 700);
        PixelBox[] leaves = [.. from y in Enumerable.Range(0, 700 / (side + 20)) from x in Enumerable.Range(0, 900 / (side + 20)) select new PixelBox((x * (side + 20)) + 7, (y * (side + 20)) + 7, (x * (side + 20)) + 7 + side, (y * (side + 20)) + 7 + side)];
        Queue<PixelBox> tiles = new(TiledLeaves.Tiles(900, 700, Tile));

        IReadOnlyList<LeafInstance> found = TiledLeaves.Find(picture, Tile, crop =>
        {
            PixelBox tile = tiles.Dequeue();
            return [.. leaves.Select(leaf => (X1: Math.Max(leaf.X1, tile.X1), Y1: Math.Max(leaf.Y1, tile.Y1), X2: Math.Min(leaf.X2, tile.X2), Y2: Math.Min(leaf.Y2, tile.Y2)))
                .Where(part => part.X2 - part.X1 > 3 && part.Y2 - part.Y1 > 3)
                .Select(part => new LeafInstance
                {
                    Box = new Box(part.X1 - tile.X1, part.Y1 - tile.Y1, part.X2 - tile.X1, part.Y2 - tile.Y1),
                    Score = .9f,
                    MaskSize = Cells,
                    Mask = [.. Enumerable.Repeat(1f, Cells * Cells)],
                })];
        });

        LabelMap map = LeafMap.Paste(found, 900, 700);
        Assert.Equal(leaves.Length, map.Areas().Count);
        Assert.All(map.Areas(), leaf => Assert.InRange(leaf.Area, .97 * side * side, 1.03 * side * side));
    }

    /// <summary>A canopy of twenty plants in one picture; the truth is what each plant's own picture has.</summary>
    [Fact]
    public void A_rendered_bed_of_three_hundred_leaves_is_counted_within_a_tenth()
    {
        const int Side = 480, Columns = 5, Rows = 4;
        RgbImage bed = new(Columns * Side, Rows * Side);
        int there = 0;
        for (int i = 0; i < Columns * Rows; i++)
        {
            Rendering plant = RosetteRenderer.Render(new RosetteSettings { Size = Side, MinLeaves = 14, MaxLeaves = 17, NoPlantShare = 0 }, (ulong)i + 900_000);
            there += plant.Labels.Areas().Count;
            for (int y = 0; y < Side; y++)
            {
                plant.Image.Pixels.AsSpan(y * Side * 3, Side * 3).CopyTo(bed.Pixels.AsSpan(bed.IndexOf(i % Columns * Side, (i / Columns * Side) + y)));
            }
        }

        using LeafFinder finder = LeafFinder.Open(Path.Combine(AppContext.BaseDirectory, "shipped.onnx"));
        LabelMap found = LeafMap.Paste(TiledLeaves.Find(bed, finder.InputSize, finder.Find), bed.Width, bed.Height);

        TestContext.Current.TestOutputHelper?.WriteLine($"{found.Areas().Count} found, {there} there");
        Assert.InRange(there, 240, 340);
        Assert.InRange(found.Areas().Count, .9 * there, 1.1 * there);
    }
}
