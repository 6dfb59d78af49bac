using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx.Quantisation;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Tests.Onnx;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Weights;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("efficientnet-lite0", nameof(ConvolutionForm.Separable))]
    [InlineData("resnet18")]
    [InlineData("resnet50", nameof(ConvolutionForm.Full), nameof(Conventions.Torchvision))]
    public void An_exported_model_gives_a_network_that_answers_as_the_one_it_was_made_of(
        string backbone, string form = nameof(ConvolutionForm.Full), string conventions = nameof(Conventions.LeafSeg))
    {
        NetworkSettings settings = TrialModel.Settings(backbone) with
        {
            Convolutions = Enum.Parse<ConvolutionForm>(form),
            Conventions = Enum.Parse<Conventions>(conventions),
        };
        using MaskRcnn network = TrialModel.CreateNetwork(settings);
        using MaskRcnn again = new(settings);

        WeightsReport report = PretrainedWeights.Load(again, Export(network));

        Assert.Equal("the model trial 0.1.0, converted", report.Origin.Description);
        Assert.Empty(report.Missing);
        Assert.Empty(report.LeftOut);
        again.eval();
        RgbImage whole = TrialModel.Pictures[4];
        using Tensor picture = tensor(whole.Pixels).reshape(1, whole.Height, whole.Width, 3);
        (MaskRcnn.Detections expected, MaskRcnn.Detections found) = (network.Detect(picture), again.Detect(picture));
        Assert.True(expected.Boxes.Count > 5, "a picture with leaves was wanted");
        Assert.Equal(expected.Boxes.Count, found.Boxes.Count);
        Assert.All(expected.Scores.Zip(found.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(expected.Masks.Zip(found.Masks), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void A_model_in_integers_is_refused_and_the_message_names_what_was_expected()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("resnet18");
        string file = Export(network);
        ModelProto integer = IntegerModel.Of(
            ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)), 1, _ => TrialModel.Pictures[4], () => { }, TestContext.Current.CancellationToken);
        File.WriteAllBytes(file, integer.ToByteArray());

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(network, file));
        Assert.Contains("expected the float32 model", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_have_the_size_of_fresh_ones_and_the_norm_has_their_scale()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");
        using MaskRcnn again = new(network.Settings);
        PretrainedWeights.Load(again, Export(network));

        using Tensor weight = again.state_dict()["backbone.blocks.3.project.weight"].detach();
        using Tensor size = weight.flatten(1).square().mean([1]).sqrt();
        Assert.All(size.ToArray(), channel => Assert.Equal(Math.Sqrt(2.0 / weight.shape[1]), channel, 1e-5));
    }

    [Fact]
    public void What_has_another_shape_behind_the_backbone_is_said()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");
        string file = Export(network);
        using MaskRcnn wider = new(network.Settings with { BoxHeadWidth = 96 });

        WeightsFileException e = Assert.Throws<WeightsFileException>(() => PretrainedWeights.Load(wider, file));

        Assert.Contains("boxHead.first.weight expects [96,", e.Message, StringComparison.Ordinal);
        Assert.Contains("--backbone-only", e.Message, StringComparison.Ordinal);
        using WeightsFile weights = WeightsFile.Read(file);
        Assert.NotEmpty(PretrainedWeights.LoadBackbone(wider, weights).Matched);
    }

    [Theory]
    [InlineData("resnet18", nameof(Normalisation.Batch), nameof(Conventions.LeafSeg))]
    [InlineData("resnet18", nameof(Normalisation.Group), nameof(Conventions.LeafSeg))]
    [InlineData("resnet50", nameof(Normalisation.Frozen), nameof(Conventions.Matterport))]
    public void A_model_whose_weights_cannot_be_told_apart_is_refused(string backbone, string normalisation, string conventions)
    {
        using MaskRcnn network = TrialModel.CreateNetwork(TrialModel.Settings(backbone) with
        {
            Normalisation = Enum.Parse<Normalisation>(normalisation),
            Conventions = Enum.Parse<Conventions>(conventions),
        });

        WeightsFileException e = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(Export(network)));

        Assert.Contains($"Network:Normalisation {normalisation} and Network:Conventions {conventions}", e.Message, StringComparison.Ordinal);
        Assert.Contains("--from", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{ "Network": 7 }""")]
    [InlineData("""{ "Network": { "Backbone": 7 } }""")]
    public void A_file_without_the_settings_of_its_network_is_refused(string training)
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");

        WeightsFileException e = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(Export(network, training)));

        Assert.Contains("expected a model of LeafSeg", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_or_changed_is_read_or_refused()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");
        byte[] whole = File.ReadAllBytes(Export(network));

        Gen.Int[2, whole.Length - 1].Sample(length => Read(whole[..length]), iter: 30);
        Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                byte[] changed = [.. whole];
                foreach ((int place, byte value) in changes)
                {
                    changed[place] = value;
                }

                Read(changed);
            },
            iter: 100, threads: 1);

        void Read(byte[] bytes)
        {
            using TemporaryFile file = new(bytes);
            try
            {
                WeightsFile.Read(file.Path).Dispose();
            }
            catch (WeightsFileException e)
            {
                Assert.StartsWith(file.Path, e.Message, StringComparison.Ordinal);
            }
        }
    }

    private string Export(MaskRcnn network, string? training = null)
    {
        string path = Path.Combine(folder.Path, "trial.onnx");
        training ??= JsonSerializer.Serialize(new { Network = network.Settings });
        ModelExporter.Write(network, TrialModel.Metadata(network.Settings) with { Training = training }, path);
        return path;
    }
}
