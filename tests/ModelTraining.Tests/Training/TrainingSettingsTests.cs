using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class TrainingSettingsTests : IDisposable
{
    private const string Stage = """ "Name": "a", "Layers": "All", "Rate": 1, "Iterations": 5 """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{ "Loss": { "RpnPositiveIoU": 0 } }""", "Loss:RpnPositiveIoU is 0")]
    [InlineData("""{ "Loss": { "RpnNegativeIoU": 0.8 } }""", "Loss:RpnNegativeIoU is 0.8")]
    [InlineData("""{ "Loss": { "RpnSamples": 1 } }""", "Loss:RpnSamples is 1")]
    [InlineData("""{ "Loss": { "RoiPositiveIoU": 2 } }""", "Loss:RoiPositiveIoU is 2")]
    [InlineData("""{ "Loss": { "RoiSamples": 0 } }""", "Loss:RoiSamples is 0")]
    [InlineData("""{ "Loss": { "RoiPositiveShare": 2 } }""", "Loss:RoiPositiveShare is 2")]
    [InlineData("""{ "Loss": { "MaskSamples": -1 } }""", "Loss:MaskSamples is -1")]
    [InlineData("""{ "Network": { "BoxHeadWidth": -1 } }""", "Network:BoxHeadWidth is -1")]
    [InlineData("""{ "Network": { "BoxPool": 0 } }""", "Network:BoxPool is 0")]
    [InlineData("""{ "Network": { "MaskPool": 0 } }""", "Network:MaskPool is 0")]
    [InlineData("""{ "Network": { "MaskHeadWidth": 0 } }""", "Network:MaskHeadWidth is 0")]
    [InlineData("""{ "Network": { "MaskHeadLayers": 0 } }""", "Network:MaskHeadLayers is 0")]
    [InlineData("""{ "Network": { "RpnBeforeNms": -1 } }""", "Network:RpnBeforeNms is -1")]
    [InlineData("""{ "Network": { "RpnBeforeNmsTraining": 0 } }""", "Network:RpnBeforeNmsTraining is 0")]
    [InlineData("""{ "Network": { "ProposalsTraining": 0 } }""", "Network:ProposalsTraining is 0")]
    [InlineData("""{ "Network": { "CanonicalBoxSize": 0 } }""", "Network:CanonicalBoxSize is 0")]
    [InlineData("""{ "Network": { "CanonicalMaskSize": -5 } }""", "Network:CanonicalMaskSize is -5")]
    [InlineData("""{ "Network": { "AnchorSizes": [[8], null, [32], [64], [128]] } }""", "Network:AnchorSizes is a list with null in it")]
    [InlineData("""{ "FrozenStages": -1 }""", "FrozenStages is -1")]
    [InlineData("""{ "MinimumLeafArea": -1 }""", "MinimumLeafArea is -1")]
    [InlineData("""{ "Stages": [null] }""", "Stages:0 is null")]
    [InlineData("{ \"Stages\": [ {" + Stage + ", \"StepFactor\": 0 } ] }", "Stages:0:StepFactor is 0")]
    [InlineData("{ \"Stages\": [ {" + Stage + ", \"BackboneRateShare\": -1 } ] }", "Stages:0:BackboneRateShare is -1")]
    [InlineData("{ \"Stages\": [ {" + Stage + ", \"Schedule\": \"OnPlateau\", \"Plateau\": { \"Actions\": [null] } } ] }", "Stages:0:Plateau:Actions has a null in it")]
    public void A_number_out_of_its_range_is_refused_by_the_setting_s_name(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingsException>(Read(json).Validate).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Network")]
    [InlineData("Loss")]
    [InlineData("Augmentation")]
    [InlineData("Stages")]
    public void A_setting_that_is_null_is_refused_by_its_name(string name) =>
        Assert.Contains($"'{name}'", Assert.Throws<SettingsException>(() => Read($$"""{ "{{name}}": null }""")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_checkpoint_whose_settings_are_null_is_refused()
    {
        string path = Path.Combine(folder.Path, "null.safetensors");
        using Tensor optimiser = zeros(1);
        SafeTensorsFile.Write(
            path, new Dictionary<string, Tensor> { ["optimiser"] = optimiser },
            new Dictionary<string, string> { ["format"] = "leafseg.checkpoint/1", ["settings"] = "null", ["step"] = "1" });

        Assert.Contains("its settings are", Assert.Throws<WeightsFileException>(() => Checkpoint.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("its settings are", Assert.Throws<WeightsFileException>(() => Checkpoint.ReadNetwork(path)).Message, StringComparison.Ordinal);
    }

    private TrainingSettings Read(string json)
    {
        string path = Path.Combine(folder.Path, "settings.json");
        File.WriteAllText(path, json);
        return ReadySettings.Read(path);
    }
}
