using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Onnx;
using LeafSeg.ModelTraining.Training;
using TorchSharp;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-export-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_checkpoint_becomes_a_file_that_carries_its_scores_and_takes_the_place_of_an_older_one()
    {
        WritePictures("train", 1, 2);
        WritePictures("validation", 3, 2);
        WriteCheckpoint();

        File.WriteAllText(At("leafseg.onnx"), "an older file");

        int exitCode = await Export("--name", "trial", "--version", "2.3.4", "--scored-on", "two rendered pictures", "--force");

        Assert.Equal(ExitCode.Done, exitCode);
        using LeafModel model = LeafModel.Open(At("leafseg.onnx"));
        ModelMetadata metadata = model.Metadata;
        Assert.Equal(("trial", "2.3.4"), (metadata.Name, metadata.Version));
        Assert.Equal(("two rendered pictures", 2), (metadata.Scores.Data, metadata.Scores.Pictures));
        Assert.Contains("\"StepsDone\":7", metadata.Training, StringComparison.Ordinal);
        Assert.StartsWith("sha256:", metadata.DataDigest, StringComparison.Ordinal);
        Assert.Equal(3, metadata.GoldenCases.Count);
        Assert.False(File.Exists(At("leafseg.onnx.partial")));
    }

    [Fact]
    public async Task A_file_that_is_there_is_left_alone()
    {
        File.WriteAllText(At("leafseg.onnx"), "precious");

        Assert.Equal(ExitCode.BadFile, await Export());
        Assert.Equal("precious", File.ReadAllText(At("leafseg.onnx")));
    }

    [Theory]
    [InlineData("--name", "Leaf Seg")]
    [InlineData("--version", "1.0")]
    [InlineData("--licence", " ")]
    public async Task An_argument_that_cannot_be_used_ends_it_before_anything_is_read(string option, string value) =>
        Assert.Equal(ExitCode.BadArgument, await Export(option, value));

    [Fact]
    public async Task What_is_no_checkpoint_is_refused()
    {
        WritePictures("train", 1, 1);
        WritePictures("validation", 3, 1);

        Assert.Equal(ExitCode.BadFile, await Export());

        File.WriteAllText(At("checkpoint.safetensors"), "not a checkpoint, though long enough to hold a length");
        Assert.Equal(ExitCode.BadFile, await Export());
        Assert.False(File.Exists(At("leafseg.onnx")));
    }

    private Task<int> Export(params string[] more) => ExportCommand.Create().Parse(
    [
        "--checkpoint", At("checkpoint.safetensors"), "--out", At("leafseg.onnx"),
        "--data", At("train"), "--validation", At("validation"), .. more,
    ]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private void WriteCheckpoint()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");
        using (torch.no_grad())
        {
            // Sure of all that it says, as a trained network is: golden pictures have no doubtful leaves.
            network.BoxHead.Classes.weight.mul_(30);
            network.BoxHead.Classes.bias!.mul_(30);
        }

        TrainingSettings settings = new() { Network = network.Settings };
        Checkpoint.Write(At("checkpoint.safetensors"), settings, new RunState { Step = 7 }, network, network, [0]);
    }

    private void WritePictures(string name, ulong seed, int count)
    {
        Directory.CreateDirectory(At(name));
        for (int i = 0; i < count; i++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 192, NoPlantShare = 0 }, seed + (ulong)i);
            ImageFile.Write(Path.Combine(At(name), $"p{i}_rgb.png"), rendering.Image);
            ColourMask.Write(Path.Combine(At(name), $"p{i}_label.png"), rendering.Labels);
        }
    }

    private string At(string name) => Path.Combine(folder.FullName, name);
}
