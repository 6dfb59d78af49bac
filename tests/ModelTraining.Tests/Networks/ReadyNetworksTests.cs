using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Tests.Networks;

public class ReadyNetworksTests
{
    [Theory]
    [InlineData("resnet50", "resnet50")]
    [InlineData("small", "efficientnet-lite0")]
    [InlineData("tiny", "efficientnet-lite0")]
    public void Every_ready_file_names_a_network_that_can_be_built(string name, string backbone)
    {
        TrainingSettings settings = ReadySettings.Read(name);

        settings.Validate();
        Assert.Equal(backbone, settings.Network.Backbone);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("fine-tune")]
    public void The_model_that_ships_can_be_trained_further(string name)
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "shipped.onnx");
        using MaskRcnn network = new(ReadySettings.Read(name).Network);

        WeightsReport report = PretrainedWeights.Load(network, shipped);

        Assert.Empty(report.Missing);
        Assert.Empty(report.LeftOut);
        using LeafModel model = LeafModel.Open(shipped);
        NetworkSettings trained = JsonNode.Parse(model.Metadata.Training)!["Network"].Deserialize<NetworkSettings>()!;
        Assert.Equal(JsonSerializer.Serialize(trained), JsonSerializer.Serialize(network.Settings));
    }

    [Fact]
    public void The_original_is_as_it_was_described()
    {
        NetworkSettings network = ReadySettings.Read("original-resnet101").Network;

        Assert.Equal(("resnet101", Conventions.Matterport, 512), (network.Backbone, network.Conventions, network.InputSize));
        Assert.Equal([8, 16, 32, 64, 128], network.AnchorSizes.SelectMany(level => level));
        Assert.Equal((0.7f, 0.3f, 512), (network.ScoreThreshold, network.NmsIoU, network.RpnWidth));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(ConvolutionForm.Separable, false)]
    [InlineData(ConvolutionForm.Full, true)]
    public void The_pyramid_may_have_convolutions_of_a_form_of_its_own(object? pyramid, bool full)
    {
        using MaskRcnn network = new(new NetworkSettings
        {
            Convolutions = ConvolutionForm.Separable,
            PyramidConvolutions = (ConvolutionForm?)pyramid,
            PyramidWidth = 8,
            InputSize = 64,
        });

        Assert.Equal(full ? 3 : 1, network.Pyramid.Output[0].Weight.shape[2]);
        Assert.Equal(1, network.Proposals.Hidden.Weight.shape[2]);
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
