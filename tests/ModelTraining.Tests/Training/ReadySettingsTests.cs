using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

public class ReadySettingsTests
{
    [Fact]
    public void The_ready_files_are_found_by_name_and_can_be_used()
    {
        Assert.Equal(["original-resnet101", "resnet50", "small", "tiny"], ReadySettings.Names);
        Assert.All(ReadySettings.Names, name => TrainCommand.ReadSettings(name).Validate());
    }

    [Fact]
    public void The_original_is_as_it_was_described()
    {
        TrainingSettings settings = TrainCommand.ReadSettings("original-resnet101");

        Assert.Equal(("resnet101", Conventions.Matterport, 512), (settings.Network.Backbone, settings.Network.Conventions, settings.Network.InputSize));
        Assert.Equal([8, 16, 32, 64, 128], settings.Network.AnchorSizes.SelectMany(level => level));
        Assert.Equal((2, 5), (settings.BatchSize, settings.GradientClip));
    }

    [Fact]
    public void A_name_that_is_neither_file_nor_ready_is_refused_with_the_names_that_are()
    {
        SettingsException refusal = Assert.Throws<SettingsException>(() => ReadySettings.Find("resnet5"));

        Assert.Contains("--settings is resnet5", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("original-resnet101, resnet50", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("efficientnet-lite0", "Network:Backbone is efficientnet-lite0")]
    [InlineData("resnet18", "Network:Backbone is resnet18")]
    public void Matterport_s_conventions_want_its_backbones(string backbone, string message)
    {
        NetworkSettings settings = new() { Backbone = backbone, Conventions = Conventions.Matterport };

        Assert.Contains(message, Assert.Throws<SettingsException>(settings.Validate).Message, StringComparison.Ordinal);
    }
}
