using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Masks;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class CocoLeavesTests
{
    [Fact]
    public void A_true_leaf_has_the_area_box_and_mask_of_its_pixels()
    {
        CocoTruth leaf = CocoLeaves.Truths(Maps.Of("....", ".22.", "..2."), picture: 7).Single();
        Assert.Equal((7, 3.0, new CocoBox(1, 1, 2, 2)), (leaf.Picture, leaf.Area, leaf.Box));
        Assert.Equal(RunLengthMask.FromMask([false, false, false, false, false, true, true, false, false, false, true, false], 4, 3), leaf.Mask);
    }

    [Fact]
    public void A_found_leaf_has_its_own_mask_also_where_a_surer_one_lies_over_it()
    {
        LeafInstance sure = Leaf(new Box(0, 0, 6, 4), 0.9f), hidden = Leaf(new Box(2, 0, 8, 4), 0.5f);

        IReadOnlyList<CocoDetection> found = CocoLeaves.Detections([sure, hidden], 10, 4, picture: 1);

        Assert.Equal([24.0, 24.0], found.Select(leaf => leaf.Area));
        Assert.Equal(8, RunLengthMask.CommonPixels(found[0].Mask, found[1].Mask) / 2);
        Assert.Equal([0.9f, 0.5f], found.Select(leaf => (float)leaf.Score));
    }

    [Fact]
    public void A_box_that_reaches_beyond_the_picture_has_a_mask_inside_it()
    {
        CocoDetection found = CocoLeaves.Detections([Leaf(new Box(-3, -2, 3, 2), 1)], 10, 10, picture: 1).Single();
        Assert.Equal(new PixelBox(0, 0, 3, 2), found.Mask.Box);
        Assert.Equal(36, CocoLeaves.Detections([Leaf(new Box(0.4f, 0.4f, 6.4f, 6.4f), 1)], 10, 10, picture: 1).Single().Area);
    }

    [Fact]
    public void A_mask_with_a_margin_counts_with_the_box_of_its_leaf()
    {
        LeafInstance leaf = Leaf(new Box(10, 20, 34, 32), 1) with { Margin = 0.1f };
        CocoBox box = CocoLeaves.Detections([leaf], 50, 50, picture: 1).Single().Box;
        Assert.Equal([12, 21, 20, 10], new[] { box.X, box.Y, box.Width, box.Height }, (expected, found) => Math.Abs(expected - found) < 1e-4);
    }

    [Fact]
    public void Truth_found_as_it_is_has_perfect_figures()
    {
        LabelMap map = Maps.Of("11.22", "11.22", ".....", "33333");
        CocoSet set = new()
        {
            Pictures = [1],
            Categories = [CocoLeaves.Category],
            Truths = CocoLeaves.Truths(map, 1),
            Detections = CocoLeaves.Detections(map, 1),
        };
        Assert.Equal(1, CocoScore.Of(CocoMatches.OfMasks(set)).Ap, 12);
        Assert.Equal(1, CocoScore.Of(CocoMatches.OfBoxes(set)).Ap, 12);
    }

    private static LeafInstance Leaf(Box box, float score) => new() { Box = box, Score = score, MaskSize = 2, Mask = [1, 1, 1, 1] };
}
