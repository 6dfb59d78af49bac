using Google.Protobuf;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Quantisation;
using LeafSeg.ModelTraining.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.ModelTraining.Tests.Onnx.Quantisation;

public sealed class IntegerModelTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-integer-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_shipped_network_finds_the_same_leaves_in_integers()
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "shipped.onnx");
        using LeafModel real = LeafModel.Open(shipped);
        int size = real.Metadata.InputSize;
        Rendering[] seen = [.. Enumerable.Range(1, 8).Select(seed => Plant(size, seed))];
        ModelProto model = IntegerModel.Of(Parse(shipped), seen.Length, i => seen[i].Image, () => { }, CancellationToken.None);
        using LeafModel integer = LeafModel.Open(Write(model));

        Rendering[] unseen = [.. Enumerable.Range(101, 12).Select(seed => Plant(size, seed))];
        LeafScoreSummary before = Score(real, unseen), after = Score(integer, unseen);
        Assert.InRange(after.Sbd, before.Sbd - 0.02, 1);
        Assert.InRange(after.FgBgDice, before.FgBgDice - 0.01, 1);
        Assert.InRange(after.AbsoluteDic, 0, before.AbsoluteDic + 0.75);
    }

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void The_runtime_computes_the_layers_in_integers(string backbone)
    {
        ModelProto model = Quantise(backbone);
        string optimised = Path.Combine(folder.FullName, "optimised.onnx");
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            OptimizedModelFilePath = optimised,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using InferenceSession session = new(Write(model), options);

        string[] operations = [.. Parse(optimised).Graph.Node.Select(node => node.OpType)];
        int layers = model.Graph.Node.Count(node => node.OpType is "Conv" or "Gemm" && node.Input[1].EndsWith("/real", StringComparison.Ordinal));
        int fused = operations.Count(operation => operation is "QLinearConv" or "QGemm");
        // P6 is every second cell of P5: its first convolution is left to float32 by ONNX Runtime, since P5's bytes reach it through a pooling.
        Assert.InRange(fused, layers - 1, layers);
        Assert.InRange(operations.Count(operation => operation is "Conv" or "FusedConv"), 0, 2);
    }

    [Fact]
    public void Weights_are_bytes_and_the_largest_of_each_channel_is_127()
    {
        ModelProto model = Quantise("resnet18");

        TensorProto[] weights = [.. model.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Int8 && tensor.Dims.Count > 1)];
        Assert.NotEmpty(weights);
        Assert.All(weights, weight =>
        {
            int channels = (int)weight.Dims[0];
            sbyte[] bytes = [.. weight.RawData.Span.ToArray().Select(b => (sbyte)b)];
            Assert.All(bytes.Chunk(bytes.Length / channels), channel => Assert.Equal(127, channel.Max(value => Math.Abs((int)value))));
        });
    }

    [Fact]
    public void Pixels_are_taken_as_the_bytes_that_they_are_where_one_mean_is_taken_off_all_channels()
    {
        Assert.DoesNotContain(Quantise("efficientnet-lite0").Graph.Node, node => node.Name.StartsWith("normalise/sub", StringComparison.Ordinal));
        Assert.Contains(Quantise("resnet18").Graph.Node, node => node.Name.StartsWith("normalise/sub", StringComparison.Ordinal));
    }

    [Fact]
    public void The_float_model_stays_as_it_was()
    {
        ModelProto model = Trial("resnet18");
        ModelProto before = model.Clone();

        Quantise(model);

        Assert.Equal(before, model);
    }

    private static LeafScoreSummary Score(LeafModel model, Rendering[] plants) =>
        LeafScoreSummary.Of([.. plants.Select(plant => Scoring.Score(model.Find(plant.Image), plant.Labels))]);

    private static Rendering Plant(int size, int seed) => RosetteRenderer.Render(new RosetteSettings { Size = size }, (ulong)seed);

    private static ModelProto Quantise(string backbone) => Quantise(Trial(backbone));

    private static ModelProto Quantise(ModelProto model) =>
        IntegerModel.Of(model, 3, i => TrialModel.Pictures[4 * (i + 1)], () => { }, CancellationToken.None);

    private static ModelProto Trial(string backbone)
    {
        using MaskRcnn network = TrialModel.CreateNetwork(backbone);
        OnnxGraph graph = new("trial");
        network.WriteTo(graph);
        return ModelProto.Parser.ParseFrom(graph.ToModel(TrialModel.Metadata(network.Settings).ToProperties()));
    }

    private static ModelProto Parse(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

    private string Write(ModelProto model)
    {
        string path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
