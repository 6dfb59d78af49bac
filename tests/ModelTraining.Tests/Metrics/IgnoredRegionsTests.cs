using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class IgnoredRegionsTests
{
    [Fact]
    public void A_leaf_that_lies_mostly_in_a_region_is_not_counted_and_pixels_of_others_in_it_are_not_either()
    {
        LabelMap truth = Maps.Of("11....");
        LabelMap found = Maps.Of("111233");
        LabelMap ignored = Maps.Of(".177..");

        LabelMap counted = IgnoredRegions.Without(found, truth, ignored);

        // The second true pixel lies in a region and is a leaf nevertheless; leaf 2 is gone, leaf 3 is whole, leaf 1 has lost one.
        Assert.Equal(Maps.Of("11..33").Labels, counted.Labels);
        Assert.Equal(1, LeafScore.Compare(IgnoredRegions.Without(Maps.Of("111..."), truth, ignored), truth).Sbd);
        Assert.Same(found, IgnoredRegions.Without(found, truth, null));
    }

    [Fact]
    public void A_region_is_a_crowd_for_COCO()
    {
        IReadOnlyList<CocoTruth> truths = CocoLeaves.Truths(Maps.Of("11...."), picture: 1, Maps.Of("...55."));

        Assert.Equal([false, true], truths.Select(truth => truth.Crowd));
    }
}
