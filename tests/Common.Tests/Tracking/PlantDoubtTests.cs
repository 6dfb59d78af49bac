using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tests.Tracking;

public sealed class PlantDoubtTests
{
    [Fact]
    public void An_empty_pot_in_which_no_leaf_was_ever_found_is_certain_and_one_that_lost_its_plant_is_not()
    {
        LabelMap empty = new(9, 9);
        PlantTraits none = PlantTraits.Measure(empty);
        Assert.Equal(0, PlantDoubt.Of(none, [], empty, 1, Tracked(0)));
        Assert.Equal(1, PlantDoubt.Of(none, [], empty, 1, Tracked(5)));
        Assert.Equal(1, PlantDoubt.Of(none, [], empty, 1, tracked: null));
    }

    [Fact]
    public void A_plant_of_several_has_the_doubt_of_its_own_leaves()
    {
        LeafInstance[] leaves = [Leaf(.9f, 0), Leaf(.6f, 4)];
        LabelMap map = LeafMap.Paste(leaves, 8, 4);
        IReadOnlyList<PlantTraits> plants = PlantTraits.MeasureEach(map, [new PlantPlace(1, 1, new PixelBox(0, 0, 4, 4)), new PlantPlace(2, 2, new PixelBox(4, 0, 8, 4))], scale: null);

        Assert.Equal(.1, PlantDoubt.Of(plants[0], leaves[..1], map, 1, tracked: null), 1e-6);
        Assert.Equal(.4, PlantDoubt.Of(plants[1], leaves[1..], map, 2, Tracked(1)), 1e-6);
    }

    private static LeafInstance Leaf(float score, float x) => new() { Box = new Box(x, 0, x + 4, 4), Score = score, MaskSize = 1, Mask = [1] };

    private static TrackedPlant Tracked(int known) => new()
    {
        Series = 1,
        Leaves = [],
        Count = new LeafCount(known, known, known),
        RelativeGrowthRatePerDay = null,
        Events = [],
    };
}
