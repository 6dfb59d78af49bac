using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class LeafSizeScoreTests
{
    [Theory]
    [InlineData(1023, 1, LeafSize.Small)]
    [InlineData(1024, 1, LeafSize.Medium)]
    [InlineData(9215, 1, LeafSize.Medium)]
    [InlineData(9216, 1, LeafSize.Large)]
    [InlineData(4095, 0.5, LeafSize.Small)]
    [InlineData(4096, 0.5, LeafSize.Medium)]
    public void A_leaf_has_one_size_by_its_scaled_area(int area, double scale, LeafSize expected) =>
        Assert.Equal(expected, LeafSizeScore.SizeOf(area, scale));

    [Fact]
    public void A_picture_of_any_shape_is_scaled_by_its_long_side()
    {
        Assert.Equal(0.5, LeafSizeScore.ReferenceScale(1024, 300));
        Assert.Equal(2, LeafSizeScore.ReferenceScale(100, 256));
    }

    [Fact]
    public void Missed_and_invented_small_leaves_lower_the_score_each_its_way()
    {
        // Two small true leaves, one of them found; two small predicted ones, one of them invented; a large leaf in both.
        BestDice dice = new()
        {
            True = [new LeafDice(1, 100, 1), new LeafDice(2, 100, 0), new LeafDice(3, 20000, 0.9)],
            Predicted = [new LeafDice(1, 100, 1), new LeafDice(2, 100, 0.2), new LeafDice(3, 20000, 0.8)],
            SharedForeground = 0,
        };

        LeafSizeScore small = LeafSizeScore.Of(LeafSize.Small, [(dice, 1, 1)]);
        LeafSizeScore large = LeafSizeScore.Of(LeafSize.Large, [(dice, 1, 1)]);
        LeafSizeScore medium = LeafSizeScore.Of(LeafSize.Medium, [(dice, 1, 1)]);

        Assert.Equal((2, 2), (small.TrueLeaves, small.PredictedLeaves));
        Assert.Equal(0.5, small.BestDiceTruthPrediction!.Value, 12);
        Assert.Equal(0.6, small.BestDicePredictionTruth!.Value, 12);
        Assert.Equal(0.5, small.Sbd!.Value, 12);
        Assert.Equal(0.8, large.Sbd!.Value, 12);
        Assert.Null(medium.Sbd);
    }

    [Fact]
    public void Each_leaf_weighs_the_same_whichever_picture_it_is_in()
    {
        BestDice one = new() { True = [new LeafDice(1, 100, 1)], Predicted = [new LeafDice(1, 100, 1)], SharedForeground = 0 };
        BestDice three = new()
        {
            True = [new LeafDice(1, 100, 0), new LeafDice(2, 100, 0), new LeafDice(3, 100, 0)],
            Predicted = [],
            SharedForeground = 0,
        };
        Assert.Equal(0.25, LeafSizeScore.Of(LeafSize.Small, [(one, 1, 1), (three, 1, 1)]).BestDiceTruthPrediction);
        Assert.Equal(0.5, LeafSizeScore.Of(LeafSize.Small, [(one, 1, 3), (three, 1, 1)]).BestDiceTruthPrediction);
        Assert.Equal(0, LeafSizeScore.Of(LeafSize.Small, [(three, 1, 1)]).Sbd);
    }

    [Fact]
    public void A_small_leaf_may_be_found_by_a_leaf_of_another_size()
    {
        // 30 x 30 = 900 true pixels found as 33 x 33 = 1089: small, and met by a medium one.
        LabelMap truth = Square(30), prediction = Square(33);
        BestDice dice = BestDice.Of(prediction, truth);
        LeafSizeScore small = LeafSizeScore.Of(LeafSize.Small, [(dice, 1, 1)]);
        Assert.Equal(1800.0 / 1989, small.BestDiceTruthPrediction!.Value, 12);
        Assert.Equal((1, 0), (small.TrueLeaves, small.PredictedLeaves));
    }

    private static LabelMap Square(int side)
    {
        LabelMap map = new(40, 40);
        for (int i = 0; i < side * side; i++)
        {
            map[i % side, i / side] = 1;
        }

        return map;
    }
}
