using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

public sealed class WatershedLeavesTests
{
    [Fact]
    public void Round_leaves_that_touch_are_told_apart()
    {
        (RgbImage picture, LabelMap truth) = Discs((60, 60, 34), (118, 60, 34), (60, 118, 30), (190, 190, 40));

        LeafScore score = LeafScore.Compare(WatershedLeaves.Find(picture), truth);

        Assert.Equal(0, score.Dic);
        Assert.True(score.Sbd > 0.9, $"SBD {score.Sbd}");
        Assert.True(score.FgBgDice > 0.95, $"FgBgDice {score.FgBgDice}");
    }

    [Fact]
    public void No_pixel_of_the_plant_is_lost_between_two_leaves()
    {
        (RgbImage picture, _) = Discs((90, 100, 40), (150, 100, 40));
        LabelMap leaves = WatershedLeaves.Find(picture);
        Assert.Equal([1, 2], leaves.Areas().Select(leaf => (int)leaf.Label));
        Assert.All(Enumerable.Range(60, 120), x => Assert.NotEqual(0, leaves[x, 100]));
    }

    /// <summary>Green discs, a later one over an earlier one, on brown.</summary>
    private static (RgbImage Picture, LabelMap Truth) Discs(params (int X, int Y, int Radius)[] discs)
    {
        RgbImage picture = new(256, 256);
        LabelMap truth = new(256, 256);
        for (int y = 0; y < 256; y++)
        {
            for (int x = 0; x < 256; x++)
            {
                for (int i = 0; i < discs.Length; i++)
                {
                    (int dx, int dy) = (x - discs[i].X, y - discs[i].Y);
                    if ((dx * dx) + (dy * dy) <= discs[i].Radius * discs[i].Radius)
                    {
                        truth[x, y] = (ushort)(i + 1);
                    }
                }

                byte[] colour = truth[x, y] > 0 ? [70, 150, 50] : [110, 80, 60];
                colour.CopyTo(picture.Pixels, picture.IndexOf(x, y));
            }
        }

        return (picture, truth);
    }
}
