using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tests.Traits;

public sealed class PottedLeavesTests
{
    private static readonly RgbImage Picture = new(40, 20);
    private int looks;

    [Fact]
    public void Each_pot_is_looked_at_as_a_picture_of_its_own()
    {
        List<(int, int)> sizes = [];
        PottedLeaves found = PottedLeaves.Find(Picture, [Pot("a1", 0, 0, 10, 12), Pot("a2", 20, 5, 35, 20)], 0, crop =>
        {
            sizes.Add((crop.Width, crop.Height));
            return [Leaf(2, 3, 6, 8), Leaf(6, 3, 9, 8)];
        });
        Assert.Equal([(10, 12), (15, 15)], sizes);
        Assert.Equal([new Box(2, 3, 6, 8), new Box(6, 3, 9, 8), new Box(22, 8, 26, 13), new Box(26, 8, 29, 13)], found.Leaves.Select(leaf => leaf.Box));

        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(found.Paste(Picture), found.Places, null);
        Assert.Equal([2, 2], plants.Select(plant => plant.LeafCount));
        Assert.Equal([1, 2], plants[1].Leaves.Select(leaf => leaf.Leaf));
        Assert.Equal(new PixelBox(22, 8, 26, 13), plants[1].Leaves[0].Box);
        Assert.Equal([(0, 1), (0, 2), (1, 1), (1, 2)], Enumerable.Range(1, 4).Select(found.PlaceOf));
        Assert.Equal(2, found.Of(1).Count);
    }

    [Fact]
    public void A_plant_that_its_crop_cuts_is_not_in_frame()
    {
        PottedLeaves found = PottedLeaves.Find(Picture, [Pot("a1", 5, 2, 20, 18), Pot("a2", 21, 2, 38, 18)], 0,
            crop => crop.Width == 15 ? [Leaf(0, 3, 6, 8)] : [Leaf(1, 1, 16, 15)]);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(found.Paste(Picture), found.Places, null);
        Assert.Equal([false, true], plants.Select(plant => plant.InFrame));
    }

    [Fact]
    public void A_leaf_that_hangs_over_belongs_to_the_pot_that_holds_its_middle_and_is_counted_once()
    {
        // In the picture the leaf covers 14..24: more of it lies over the first pot, 0..20.
        PottedLeaves found = PottedLeaves.Find(Picture, [Pot("a1", 0, 0, 20, 20), Pot("a2", 20, 0, 40, 20)], 6,
            crop => [crop.Width == 26 && looks++ == 0 ? Leaf(14, 5, 24, 9) : Leaf(0, 5, 10, 9)]);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(found.Paste(Picture), found.Places, null);
        Assert.Equal([1, 0], plants.Select(plant => plant.LeafCount));
        Assert.Equal(40, plants[0].ProjectedLeafAreaPx);
        Assert.True(plants[0].InFrame);
    }

    [Fact]
    public void A_pot_outside_the_picture_has_no_plant_and_one_half_outside_what_is_seen_of_it()
    {
        PottedLeaves found = PottedLeaves.Find(Picture, [Pot("a1", 50, 0, 60, 10), Pot("a2", 30, 10, 60, 30)], 0, crop => [Leaf(0, 0, crop.Width, crop.Height)]);
        Assert.Equal("a2", Assert.Single(found.Pots).Plant);
        PlantTraits plant = Assert.Single(PlantTraits.MeasureEach(found.Paste(Picture), found.Places, null));
        Assert.Equal((100, false), (plant.ProjectedLeafAreaPx, plant.InFrame));
    }

    [Fact]
    public void Overlaps_are_resolved_once_so_that_no_pixel_has_two_leaves()
    {
        PottedLeaves found = PottedLeaves.Find(Picture, [Pot("a1", 0, 0, 20, 20), Pot("a2", 20, 0, 40, 20)], 0,
            _ => [Leaf(2, 2, 12, 12), Leaf(8, 8, 18, 18) with { Score = 0.5f }]);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(found.Paste(Picture), found.Places, null);
        Assert.All(plants, plant => Assert.Equal((184, 100, 84), (plant.ProjectedLeafAreaPx, plant.Leaves[0].AreaPx, plant.Leaves[1].AreaPx)));
    }

    [Fact]
    public void Pots_that_are_looked_at_at_the_same_time_come_in_their_own_order()
    {
        Pot[] pots = [.. Enumerable.Range(0, 20).Select(i => Pot($"p{i}", i * 2, 0, (i * 2) + 2, 20))];
        using CountdownEvent both = new(2);

        PottedLeaves found = PottedLeaves.Find(Picture, pots, 0, _ =>
        {
            if (!both.IsSet)
            {
                both.Signal();
                Assert.True(both.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "one after the other");
            }

            return [Leaf(0, 0, 1, 1)];
        }, atOnce: 2);

        Assert.Equal(pots, found.Pots);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 2f), found.Leaves.Select(leaf => leaf.Box.X1));
        Assert.Equal(Enumerable.Range(1, 20), found.Places.Select(place => place.FirstLabel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_fault_in_one_pot_is_the_fault_of_the_picture(int atOnce)
    {
        Pot[] pots = [.. Enumerable.Range(0, 4).Select(i => Pot($"p{i}", i * 10, 0, (i * 10) + 10, 20))];

        Assert.Throws<InvalidDataException>(() => PottedLeaves.Find(Picture, pots, 0, _ => throw new InvalidDataException(), atOnce));
    }

    private static Pot Pot(string plant, int x1, int y1, int x2, int y2) => new(plant, new PixelBox(x1, y1, x2, y2));

    private static LeafInstance Leaf(float x1, float y1, float x2, float y2) =>
        new() { Box = new Box(x1, y1, x2, y2), Score = 0.9f, MaskSize = 2, Mask = [1, 1, 1, 1] };
}
