using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Tests.Datasets;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

public sealed class LeafMatchesTests
{
    [Fact]
    public void Leaves_are_matched_missed_false_merged_and_split()
    {
        LabelMap truth = new(100, 60), found = new(100, 60);
        DataFolder.Fill(truth, 1, 0, 0, 20, 20);
        DataFolder.Fill(found, 7, 1, 0, 20, 20);
        DataFolder.Fill(truth, 2, 30, 0, 40, 10);
        DataFolder.Fill(found, 8, 60, 40, 70, 50);
        DataFolder.Fill(truth, 3, 50, 0, 60, 10);
        DataFolder.Fill(truth, 4, 60, 0, 70, 10);
        DataFolder.Fill(found, 9, 50, 0, 70, 10);
        DataFolder.Fill(truth, 5, 0, 30, 40, 50);
        DataFolder.Fill(found, 10, 0, 30, 15, 50);
        DataFolder.Fill(found, 11, 15, 30, 40, 50);

        LeafMatches matches = LeafMatches.Of(found, truth);

        Assert.Equal([(1, 7), (3, 9), (5, 11)], matches.Pairs.Select(pair => ((int)pair.True, (int)pair.Found)));
        Assert.Equal([2, 4], matches.Missed.Select(label => (int)label));
        Assert.Equal([8, 10], matches.False.Select(label => (int)label));
        Assert.Equal([9], matches.Merged.Select(label => (int)label));
        Assert.Equal([5], matches.Split.Select(label => (int)label));
        Assert.Equal((5, 5), (matches.TrueLeaves, matches.FoundLeaves));
    }

    [Fact]
    public void The_bias_and_its_limits_are_those_of_Bland_and_Altman()
    {
        Agreement agreement = new() { Name = "leaves", PointName = "picture", Points = [(10, 11), (10, 9), (10, 13), (10, 11)] };

        Assert.Equal(1, agreement.Bias, 1e-9);
        Assert.Equal(.1, agreement.RelativeBias, 1e-9);
        Assert.Equal(1 - (1.96 * Math.Sqrt(8 / 3.0)), agreement.Limits!.Value.Low, 1e-9);
    }
}
