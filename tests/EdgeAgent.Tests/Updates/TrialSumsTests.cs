using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Tests.Updates;

public sealed class TrialSumsTests
{
    /// <summary>A mean of ratios would call it thousands of percent.</summary>
    [Fact]
    public void A_false_leaf_in_an_empty_pot_of_a_tray_does_not_refuse_a_good_model()
    {
        TrialSums sums = new(1);
        PlantTraits[] old = [.. Enumerable.Repeat(Plant(40 * 40), 19), Plant(0)];
        sums.Add(old, [.. old[..19], Plant(8 * 8)], 50, 50);
        Assert.Equal(Math.Round(100.0 * 64 / (19 * 1600), 2), sums.Figures.AbsoluteAreaDifferencePercent);
        sums.Figures.Judge(new TrialOptions());
    }

    [Theory]
    [InlineData(1600, 3000, 87.5)]
    [InlineData(1600, 0, 100)]
    [InlineData(0, 64, 100)]
    [InlineData(0, 0, 0)]
    public void Area_that_differs_as_a_whole_is_a_share_of_the_model_in_use(int old, int fresh, double percent)
    {
        TrialSums sums = new(1);
        sums.Add([Plant(old)], [Plant(fresh)], 50, 50);
        Assert.Equal(percent, sums.Figures.AbsoluteAreaDifferencePercent);
        if (percent > 25)
        {
            Assert.Contains("maxAreaDifferencePercent", Assert.Throws<UnprovenException>(() => sums.Figures.Judge(new TrialOptions())).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>One leaf of so many pixels, or none.</summary>
    private static PlantTraits Plant(int pixels)
    {
        LabelMap map = new(60, 60);
        for (int i = 0; i < pixels; i++)
        {
            map[i % 60, i / 60] = 1;
        }

        return PlantTraits.Measure(map, null);
    }
}
