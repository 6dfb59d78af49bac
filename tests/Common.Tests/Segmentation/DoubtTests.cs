using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class DoubtTests
{
    private static readonly Gen<LeafInstance> AnyLeaf =
        from x in Gen.Float[-20, 60]
        from y in Gen.Float[-20, 60]
        from width in Gen.Float[0, 50]
        from height in Gen.Float[0, 50]
        from score in Gen.Float[0, 1]
        from size in Gen.Int[1, 9]
        from mask in Gen.Float[0, 1].Array[size * size]
        select new LeafInstance { Box = new Box(x, y, x + width, y + height), Score = score, MaskSize = size, Mask = mask };

    [Fact]
    public void A_sure_leaf_with_a_clear_outline_that_keeps_its_pixels_leaves_none() => Assert.Equal(0, Of(Leaf(1, 1, 1, 0, 0)), 1e-6);

    [Fact]
    public void Where_nothing_is_found_nothing_is_known() => Assert.Equal(1, Of());

    [Fact]
    public void A_score_and_a_mask_count_as_the_Dice_that_they_promise()
    {
        Assert.Equal(1 - .8, Of(Leaf(.8f, 1, 1, 0, 0)), 1e-6);

        // 2 * (.75 + .75) / (2 cells + 2) = .75.
        Assert.Equal(1 - .75, Of(Leaf(1, .75f, .75f, .25f, .25f)), .01);
    }

    [Fact]
    public void A_leaf_from_which_another_takes_half_is_as_doubtful_as_its_mask_is_wrong()
    {
        LeafInstance under = Leaf(1, 1, 1, 1, 1);
        LabelMap map = LeafMap.Paste([under], 8, 8);
        map.Labels.AsSpan(32).Fill(2);

        // Half of its mask: Dice 2 * .5 / 1.5.
        Assert.Equal(1 - (2.0 / 3), Doubt.Of([(under, 1, 32)], map), 1e-6);
    }

    [Fact]
    public void It_is_a_share_whatever_the_leaves() => AnyLeaf.Array[0, 6].Sample(leaves => Of(leaves) is >= 0 and <= 1);

    [Fact]
    public void Lower_scores_are_more_doubtful() => AnyLeaf.Array[1, 6].Sample(leaves =>
    {
        LabelMap map = LeafMap.Paste(leaves, 47, 39);
        Assert.True(Of(map, [.. leaves.Select(leaf => leaf with { Score = leaf.Score / 2 })]) >= Of(map, leaves));
    });

    private static LeafInstance Leaf(float score, params float[] mask) => new() { Box = new Box(0, 0, 8, 8), Score = score, MaskSize = 2, Mask = mask };

    private static double Of(params LeafInstance[] leaves) => Of(LeafMap.Paste(leaves, 8, 8), leaves);

    private static double Of(LabelMap map, LeafInstance[] leaves) => Doubt.Of(map.Areas().Select(leaf => (leaves[leaf.Label - 1], (int)leaf.Label, leaf.Area)), map);
}
