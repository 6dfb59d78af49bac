using System.Text.Json;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class ReadySettingsTests
{
    [Theory]
    [InlineData("original-resnet101")]
    [InlineData("better-resnet101")]
    public void Settings_that_come_with_the_program_are_found_by_name_and_can_be_trained(string name)
    {
        Read(name).Validate();
    }

    [Fact]
    public void The_original_s_history_is_two_stages_and_two_plateaus()
    {
        TrainingSettings original = Read("original-resnet101");
        StageSettings all = original.Stages[1];

        Assert.Equal([9, 70], original.Stages.Select(stage => stage.Epochs));
        Assert.Equal((1e-3, OptimiserKind.Sgd), (all.Rate, all.Optimiser));
        Assert.Equal((1e-4, OptimiserKind.Sgd), (all.AfterActions(1).Rate, all.AfterActions(1).Optimiser));
        Assert.Equal((1e-4, OptimiserKind.Adagrad), (all.AfterActions(2).Rate, all.AfterActions(2).Optimiser));
        Assert.Equal([[8], [16], [32], [64], [128]], original.Network.AnchorSizes);
    }

    [Fact]
    public void The_original_s_pictures_are_not_varied() =>
        Assert.Equal(AugmentationSettings.None with { QuarterTurns = false }, Read("original-resnet101").Augmentation);

    [Fact]
    public void A_path_is_taken_as_it_is()
    {
        Assert.Equal("absent.json", ReadySettings.Find("absent.json"));
    }

    private static TrainingSettings Read(string name) =>
        JsonSerializer.Deserialize<TrainingSettings>(File.ReadAllText(ReadySettings.Find(name)), Checkpoint.Json)!;
}
