using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class QuantiseCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "shipped.onnx");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-quantise-");

    public QuantiseCommandTests()
    {
        Directory.CreateDirectory(At("data"));
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 256, NoPlantShare = 0 }, seed);
            ImageFile.Write(At($"data/p{seed}_rgb.png"), rendering.Image);
            ColourMask.Write(At($"data/p{seed}_label.png"), rendering.Labels);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_model_becomes_a_smaller_file_that_tells_what_it_scores_itself()
    {
        Assert.Equal(ExitCode.Done, await Quantise(Shipped, "--scored-on", "three rendered pictures", "--allowed-loss", "1"));

        using LeafModel before = LeafModel.Open(Shipped), after = LeafModel.Open(At("int8.onnx"));
        Assert.InRange(new FileInfo(At("int8.onnx")).Length, 1, new FileInfo(Shipped).Length / 2);
        Assert.Equal((before.Metadata.Version, "three rendered pictures", 3), (after.Metadata.Version, after.Metadata.Scores.Data, after.Metadata.Scores.Pictures));
        Assert.Contains("\"Quantised\":{\"Pictures\":2,", after.Metadata.Training, StringComparison.Ordinal);
        Assert.Empty(GoldenCheck.Differences(after, Processor.This with { SumsBytesExactly = true }));
        Assert.False(File.Exists(At("int8.onnx.partial")));

        string said = await ConsoleOutput.By(async () => Assert.Equal(ExitCode.BadFile, await Quantise(At("int8.onnx"), "--force")));
        Assert.Contains("is in integers already", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--pictures", "0")]
    [InlineData("--allowed-loss", "2")]
    public async Task An_argument_that_cannot_be_used_is_refused(string option, string value) =>
        Assert.Equal(ExitCode.BadArgument, await Quantise(Shipped, option, value));

    [Fact]
    public async Task A_file_that_is_there_is_left_alone()
    {
        File.WriteAllText(At("int8.onnx"), "precious");

        Assert.Equal(ExitCode.BadFile, await Quantise(Shipped));
        Assert.Equal("precious", File.ReadAllText(At("int8.onnx")));
    }

    [Fact]
    public async Task What_is_no_model_is_refused()
    {
        File.WriteAllText(At("text.onnx"), "no model");

        Assert.Equal(ExitCode.BadFile, await Quantise(At("text.onnx")));
        Assert.Equal(ExitCode.BadFile, await Quantise(At("missing.onnx")));
        Assert.False(File.Exists(At("int8.onnx")));
    }

    private Task<int> Quantise(string model, params string[] more) => QuantiseCommand.Create().Parse(
    [
        "--model", model, "--out", At("int8.onnx"), "--data", At("data"), "--validation", At("data"),
        .. more.Contains("--pictures") ? Array.Empty<string>() : ["--pictures", "2"],
        .. more,
    ]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private string At(string name) => Path.Combine(folder.FullName, name);
}
