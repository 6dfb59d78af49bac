using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Onnx;

namespace LeafSeg.ModelTraining.Tests.Export;

public sealed class ExportCheckTests
{
    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet50", nameof(Conventions.Torchvision))]
    [InlineData("resnet50", nameof(Conventions.Matterport))]
    [InlineData("resnet18", nameof(Conventions.LeafSeg), nameof(Normalisation.Batch))]
    public void The_file_answers_as_the_network_on_twenty_pictures_one_without_a_plant(
        string backbone, string conventions = nameof(Conventions.LeafSeg), string normalisation = nameof(Normalisation.Frozen))
    {
        NetworkSettings settings = TrialModel.Settings(backbone) with
        {
            Conventions = Enum.Parse<Conventions>(conventions),
            Normalisation = Enum.Parse<Normalisation>(normalisation),
        };
        using TrialModel model = new(TrialModel.CreateNetwork(settings));

        ExportCheck.CheckedPicture[] pictures = [.. ExportCheck.Run(model.Network, model.File, TrialModel.Pictures)];

        Assert.Equal(20, pictures.Length);
        Assert.All(pictures, picture => Assert.True(picture.Agrees, $"{picture}"));
        // Otherwise nothing would be proven: most pictures have leaves, and ties are the exception.
        Assert.InRange(pictures.Count(picture => picture.Leaves > 5), 12, 20);
        Assert.InRange(pictures.Count(picture => picture.Tie), 0, 2);
    }

    [Fact]
    public void A_file_with_group_norm_answers_as_the_network_within_what_its_sums_round()
    {
        // Means and deviations over thousands of cells, summed in another order: corners move by thousandths of a pixel.
        using TrialModel model = new(TrialModel.CreateNetwork(TrialModel.Settings("resnet18") with { Normalisation = Normalisation.Group }));

        ExportCheck.CheckedPicture[] pictures = [.. ExportCheck.Run(model.Network, model.File, TrialModel.Pictures.Take(8))];

        Assert.All(pictures, picture => Assert.True(
            picture.Agrees || picture.Difference is { Unmatched.Count: 0, BoxPx: < 0.01f, MaskIoU: > 0.999 }, $"{picture}"));
        Assert.InRange(pictures.Count(picture => picture.Leaves > 5), 6, 8);
    }

    [Fact]
    public void The_file_of_another_network_is_told_apart()
    {
        using TrialModel model = new("efficientnet-lite0");
        using MaskRcnn other = TrialModel.CreateNetwork("efficientnet-lite0", seed: 4);

        ExportCheck.CheckedPicture check = Assert.Single(ExportCheck.Run(other, model.File, [TrialModel.Pictures[1]]));

        Assert.False(check.Agrees);
    }

    [Fact]
    public void A_leaf_that_hangs_on_the_last_bit_is_shown_to_be_a_tie()
    {
        // The threshold of the second model lies between the two scores that the first one and its file give one leaf.
        (RgbImage picture, float threshold) = LeafWithTwoScores();
        using TrialModel model = new("efficientnet-lite0", threshold);

        ExportCheck.CheckedPicture check = Assert.Single(ExportCheck.Run(model.Network, model.File, [picture]));

        Assert.False(check.Difference.IsNone);
        Assert.True(check.Tie);
    }

    private static (RgbImage Picture, float Threshold) LeafWithTwoScores()
    {
        using TrialModel model = new("efficientnet-lite0");
        foreach (RgbImage picture in TrialModel.Pictures)
        {
            float[] inFile = [.. model.File.Find(picture).Select(leaf => leaf.Score)];
            float[] inNetwork = [.. NetworkLeaves.Find(model.Network, picture).Select(leaf => leaf.Score)];
            int leaf = Enumerable.Range(0, inFile.Length).FirstOrDefault(i => inFile[i] > inNetwork[i], -1);
            if (leaf >= 0)
            {
                return (picture, inNetwork[leaf]);
            }
        }

        throw new InvalidOperationException("File and network agree to the last bit on every score.");
    }
}
