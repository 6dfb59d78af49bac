using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Weights;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed class WeightsCommandTests : IDisposable
{
    private static readonly string Lite0 = PretrainedFiles.Find("efficientnet-lite0")!;

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();
    private readonly TextWriter standardOutput = Console.Out;
    private readonly TextWriter standardError = Console.Error;

    public WeightsCommandTests()
    {
        Console.SetOut(output);
        Console.SetError(errors);
    }

    public void Dispose()
    {
        Console.SetOut(standardOutput);
        Console.SetError(standardError);
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_described_tensor_by_tensor()
    {
        Assert.Equal(ExitCode.Done, await Weights(Lite0));

        Assert.Matches(@"_conv_stem\.weight +32x3x3x3  Float32", output.ToString());
        Assert.Contains("looks like EfficientNet-Lite0, for Network:Backbone efficientnet-lite0; 296 tensors", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_settings_it_says_what_went_where_and_what_did_not()
    {
        Assert.Equal(ExitCode.Done, await Weights(Lite0, "--settings", Settings("{}")));

        Assert.Matches(@"backbone\.blocks\.3\.depthwise\.mean +<- _blocks\.3\._bn1\.running_mean +144", output.ToString());
        Assert.Matches(@"pyramid\.lateral\.0\.weight +<- not in the file", output.ToString());
        Assert.Matches(@"- +<- _fc\.weight +1000x1280  not needed", output.ToString());
        Assert.Contains("random values: pyramid, proposals, boxHead, maskHead\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("not needed: _bn1, _conv_head, _fc\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("EfficientNet-Lite0; 240 tensors loaded, 42 not in the file, 56 left out", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_network_is_refused()
    {
        string settings = Settings("""{ "Network": { "Backbone": "resnet18" } }""");

        Assert.Equal(ExitCode.BadFile, await Weights(Lite0, "--settings", settings, "--out", In("out")));

        Assert.Contains("EfficientNet-Lite0; expected those of resnet18", errors.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(In("out")));
    }

    [Theory]
    [InlineData("sample-legacy.pth")]
    [InlineData("sample-zip.pth")]
    public async Task Any_file_is_converted_value_by_value(string name)
    {
        string source = Fixtures.Find($"weights/{name}");

        Assert.Equal(ExitCode.Done, await Weights(source, "--out", In("converted.safetensors")));

        using WeightsFile before = WeightsFile.Read(source);
        using WeightsFile after = WeightsFile.Read(In("converted.safetensors"));
        Assert.Equal(WeightsForm.SafeTensors, after.Form);
        Assert.Equal(before.Tensors.Keys, after.Tensors.Keys);
        Assert.All(before.Tensors.Keys, key =>
        {
            Assert.Equal(before.Tensors[key].shape, after.Tensors[key].shape);
            Assert.Equal(before.Tensors[key].dtype, after.Tensors[key].dtype);
            Assert.True(before.Tensors[key].equal(after.Tensors[key]).all().item<bool>());
        });
    }

    [Fact]
    public async Task Converted_under_our_names_it_loads_as_the_file_itself()
    {
        string source = Lite0;
        Assert.Equal(ExitCode.Done, await Weights(source, "--settings", Settings("{}"), "--out", In("ours.safetensors")));
        using MaskRcnn direct = new(new NetworkSettings());
        using MaskRcnn converted = new(new NetworkSettings());

        PretrainedWeights.Load(direct, source);
        WeightsReport report = PretrainedWeights.Load(converted, In("ours.safetensors"));

        Assert.Equal("EfficientNet-Lite0, converted", report.Origin.Description);
        Assert.Empty(report.LeftOut);
        Assert.All(
            direct.Backbone.state_dict().Values.Zip(converted.Backbone.state_dict().Values),
            pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public async Task A_file_that_is_there_is_written_over_only_by_force()
    {
        string source = Fixtures.Find("weights/sample-zip.pth");
        File.WriteAllText(In("thesis"), "irreplaceable");

        Assert.Equal(ExitCode.BadFile, await Weights(source, "--out", In("thesis")));
        Assert.Equal("irreplaceable", File.ReadAllText(In("thesis")));
        Assert.Equal(ExitCode.Done, await Weights(source, "--out", In("thesis"), "--force"));
    }

    [Theory]
    [InlineData("weights/refuse-zip.pth", "posix.system")]
    [InlineData("weights/samples.tsv", "no file of weights")]
    [InlineData("peers", "cannot be read")]
    public async Task What_cannot_be_used_is_reported(string source, string cause)
    {
        Assert.Equal(ExitCode.BadFile, await Weights(Fixtures.Find(source)));

        Assert.Contains(cause, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_is_pointed_to_from()
    {
        SafeTensorsFile.Write(
            In("checkpoint"), new Dictionary<string, Tensor> { ["a"] = zeros(1) }, new Dictionary<string, string> { ["format"] = "leafseg.checkpoint/1" });

        Assert.Equal(ExitCode.BadFile, await Weights(In("checkpoint"), "--settings", Settings("{}")));

        Assert.Contains("--from", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_url_is_downloaded_into_the_cache_that_is_named()
    {
        byte[] file = File.ReadAllBytes(Fixtures.Find("weights/sample-zip.pth"));
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        using LoopbackFile server = new(file);

        Assert.Equal(ExitCode.Done, await Weights(server.Url, "--sha256", digest, "--cache", In("cache")));
        Assert.Equal(ExitCode.BadFile, await Weights(server.Url, "--cache", In("cache")));

        Assert.Equal([In(Path.Combine("cache", digest))], Directory.GetFiles(In("cache")));
        Assert.Contains("--sha256", errors.ToString(), StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(folder.Path, name);

    private string Settings(string json)
    {
        File.WriteAllText(In("settings.json"), json);
        return In("settings.json");
    }

    private static Task<int> Weights(params string[] arguments) =>
        WeightsCommand.Create().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
