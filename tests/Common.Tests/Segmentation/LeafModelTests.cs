using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Collections;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class LeafModelTests : IDisposable
{
    private static readonly ExecutionProvider[] CudaThenProcessor = [ExecutionProvider.Cuda, ExecutionProvider.Cpu];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Boxes_come_back_in_the_pixels_of_the_picture()
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path));

        // 128 x 96 fits into 64 x 64 at half its size.
        IReadOnlyList<LeafInstance> leaves = model.Find(Picture(128, 96, 255));

        Assert.Equal([new Box(16, 16, 80, 80), new Box(88, 8, 120, 40)], leaves.Select(leaf => leaf.Box));
        Assert.Equal([0.9f, 0.6f], leaves.Select(leaf => leaf.Score));
        Assert.Equal([1, 0, 1, 0], leaves[1].Mask);
        Assert.Equal([((ushort)1, 64 * 64), ((ushort)2, 16 * 32)], LeafMap.Paste(leaves, 128, 96).Areas());
    }

    [Theory]
    [InlineData(128, 96, 2)] // 64 x 64, of which 48 rows are the picture
    [InlineData(128, 20, 2)] // 64 x 32
    [InlineData(16, 16, 0.5)] // enlarged to the smallest input
    [InlineData(960, 960, 10)] // shrunk to the largest
    public void Where_the_input_is_free_it_follows_the_picture(int width, int height, float pictureForInput)
    {
        ModelProto model = TinyModel.Build();
        FreeInput(model);
        using LeafModel opened = LeafModel.Open(TinyModel.Write(model, folder.Path));

        IReadOnlyList<LeafInstance> leaves = opened.Find(Picture(width, height, 255));

        Assert.Equal(new Box(8 * pictureForInput, 8 * pictureForInput, 40 * pictureForInput, 40 * pictureForInput), leaves[0].Box);
    }

    [Fact]
    public void A_free_input_in_the_metadata_alone_is_refused()
    {
        ModelProto model = TinyModel.Build();
        ValueInfoProto square = model.Graph.Input[0].Clone();
        FreeInput(model);
        model.Graph.Input[0] = square;
        Refused(TinyModel.Write(model, folder.Path), ModelFault.Shape, "[1, 64, 64, 3]", "[1, N, N, 3]");
    }

    [Fact]
    public void A_picture_without_a_plant_gives_no_leaves()
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path));
        Assert.Empty(model.Find(Picture(50, 80, 100)));
    }

    [Fact]
    public void The_score_threshold_can_be_set_over_the_one_in_the_file()
    {
        string path = TinyModel.Write(TinyModel.Build(), folder.Path);
        using LeafModel all = LeafModel.Open(path, new LeafModelOptions { ScoreThreshold = 0.1f });
        using LeafModel surest = LeafModel.Open(path, new LeafModelOptions { ScoreThreshold = 0.9f, Threads = 1 });
        Assert.Equal(3, all.Find(Picture(64, 64, 255)).Count);
        Assert.Single(surest.Find(Picture(64, 64, 255)));
        Assert.Equal((Environment.ProcessorCount, 1), (all.AtOnce, surest.AtOnce));
    }

    [Fact]
    public void The_file_is_known_by_its_digest_and_its_metadata()
    {
        string path = TinyModel.Write(TinyModel.Build(), folder.Path);
        using LeafModel model = LeafModel.Open(path);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}", model.Digest);
        Assert.Equal(TinyModel.Metadata.ToProperties(), model.Metadata.ToProperties());
    }

    [Fact]
    public void A_request_for_CUDA_where_there_is_none_falls_back_and_says_so()
    {
        string path = TinyModel.Write(TinyModel.Build(), folder.Path);
        using LeafModel model = LeafModel.Open(path, new LeafModelOptions { Providers = CudaThenProcessor });
        Assert.Equal("CPU", model.Provider);
        Assert.StartsWith("CUDA cannot be used: ", model.ProviderNote, StringComparison.Ordinal);
        Assert.Equal(2, model.Find(Picture(64, 64, 255)).Count);
    }

    [Fact]
    public void A_request_for_the_processor_needs_no_note()
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path));
        Assert.Equal("CPU", model.Provider);
        Assert.Null(model.ProviderNote);
    }

    [Fact]
    public void Several_threads_may_ask_one_model_at_once()
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path));
        Parallel.For(0, 64, i => Assert.Equal(i % 2 == 0 ? 2 : 0, model.Find(Picture(64, 64, i % 2 == 0 ? (byte)255 : (byte)0)).Count));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(folder.Path, "nowhere.onnx");
        Refused(path, ModelFault.Missing, path);
    }

    [Fact]
    public void An_empty_file_is_not_a_model()
    {
        string path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, []);
        Refused(path, ModelFault.NotAModel, "empty");
    }

    [Fact]
    public void Bytes_of_something_else_are_not_a_model()
    {
        string path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, ImageFile.Encode(Picture(64, 64, 80), ".png"));
        Refused(path, ModelFault.NotAModel, "not a whole ONNX model");
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = TinyModel.Build().ToByteArray();
        string path = Path.Combine(folder.Path, "model.onnx");
        for (int length = 1; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(path, whole[..length]);
            ModelFileException error = Assert.Throws<ModelFileException>(() => LeafModel.Open(path));

            // Between two fields of the outermost message the rest is a smaller, whole message: then the metadata is missing.
            Assert.True(error.Fault is ModelFault.NotAModel or ModelFault.Metadata, $"{length} of {whole.Length} bytes: {error.Message}");
        }
    }

    [Fact]
    public void A_model_from_elsewhere_is_refused()
    {
        ModelProto model = TinyModel.Build();
        model.MetadataProps.Clear();
        Refused(TinyModel.Write(model, folder.Path), ModelFault.Metadata, "leafseg.contract");
    }

    [Fact]
    public void Another_contract_is_refused_before_anything_else_is_read()
    {
        ModelProto model = TinyModel.Build();
        model.MetadataProps.Clear();
        model.MetadataProps.Add(new StringStringEntryProto { Key = "leafseg.contract", Value = "9" });
        Refused(TinyModel.Write(model, folder.Path), ModelFault.ContractVersion, "\"9\"", "\"2\" and \"3\"", "update the program");
    }

    private static readonly Dictionary<string, (Action<GraphProto> Break, string[] ConsoleOutput)> WrongShapes = new()
    {
        ["input of another name"] = (graph => Rename(graph, "image", "picture"), ["\"picture\"", "\"image\""]),
        ["input of floats"] = (graph => graph.Input[0] = Image(TensorProto.Types.DataType.Float, 1, 64, 64, 3), ["Float", "UInt8"]),
        ["input of another size"] = (graph => graph.Input[0] = Image(TensorProto.Types.DataType.Uint8, 1, 32, 64, 3), ["[1, 32, 64, 3]", "[1, 64, 64, 3]"]),
        ["input of open size"] = (graph => graph.Input[0] = Image(TensorProto.Types.DataType.Uint8, 1, -1, -1, 3), ["[1, N, N, 3]"]),
        ["channels first"] = (graph => graph.Input[0] = Image(TensorProto.Types.DataType.Uint8, 1, 3, 64, 64), ["[1, 3, 64, 64]"]),
        ["a second input"] = (graph => graph.Input.Add(TinyModel.Value("mean", TensorProto.Types.DataType.Float, 3)), ["mean", "one input"]),
        ["output of another name"] = (graph => Rename(graph, "masks", "segments"), ["\"segments\"", "\"masks\""]),
        ["masks of another size"] = (graph => Replace(graph, "masks", new float[6], [1, 2, 3], -1, 2, 3), ["[N, 2, 3]", "[N, 2, 2]"]),
        ["boxes of another rank"] = (graph => Replace(graph, "boxes", new float[4], [4], -1), ["[N]", "[N, 4]"]),
    };

    public static TheoryData<string> WrongShapeNames => [.. WrongShapes.Keys];

    [Theory]
    [MemberData(nameof(WrongShapeNames))]
    public void A_graph_that_is_not_the_contracts_is_refused(string what)
    {
        ModelProto model = TinyModel.Build();
        WrongShapes[what].Break(model.Graph);
        Refused(TinyModel.Write(model, folder.Path), ModelFault.Shape, WrongShapes[what].ConsoleOutput);
    }

    public static TheoryData<float[], float[], float[], string> WrongAnswers => new()
    {
        { [0.9f, float.NaN], [0, 0, 1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], "NaN" },
        { [1.5f], [0, 0, 1, 1], [1, 1, 1, 1], "1.5" },
        { [0.5f, 0.6f], [0, 0, 1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], "falling" },
        { [0.5f], [5, 0, 1, 1], [1, 1, 1, 1], "box 0" },
        { [0.5f], [0, 0, float.PositiveInfinity, 1], [1, 1, 1, 1], "box 0" },
        { [0.5f], [0, 0, 1, 1], [1, 1, float.NaN, 1], "NaN" },
        { [0.5f], [0, 0, 1, 1], [1, -3, 1, 1], "-3" },
        { [0.5f, 0.5f], [0, 0, 1, 1], [1, 1, 1, 1], "1 boxes, 2 scores" },
        { [0.5f, 0.5f, 0.5f, 0.5f], [.. new float[16]], [.. new float[16]], "4 leaves" },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public void An_answer_that_breaks_the_contract_is_not_passed_on(float[] scores, float[] boxes, float[] masks, string said)
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(scores, boxes, masks), folder.Path));
        ModelFileException error = Assert.Throws<ModelFileException>(() => model.Find(Picture(64, 64, 255)));
        Assert.Equal(ModelFault.Answer, error.Fault);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static void Refused(string path, ModelFault fault, params string[] said)
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => LeafModel.Open(path));
        Assert.Equal(fault, error.Fault);
        Assert.All(said, words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static void FreeInput(ModelProto model)
    {
        TinyModel.SetMetadata(model, TinyModel.Metadata with { Inputs = new InputSizes { Smallest = 32, Largest = 96, Scale = 0.5f } });
        ValueInfoProto image = Image(TensorProto.Types.DataType.Uint8, 1, -1, -1, 3);
        // Lengths of one name would have to be equal.
        (image.Type.TensorType.Shape.Dim[1].DimParam, image.Type.TensorType.Shape.Dim[2].DimParam) = ("H", "W");
        model.Graph.Input[0] = image;
    }

    private static ValueInfoProto Image(TensorProto.Types.DataType type, params long[] shape) => TinyModel.Value("image", type, shape);

    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output).Where(value => value.Name == from))
        {
            value.Name = to;
        }

        foreach (NodeProto node in graph.Node)
        {
            foreach (RepeatedField<string> names in (RepeatedField<string>[])[node.Input, node.Output])
            {
                int place = names.IndexOf(from);
                if (place >= 0)
                {
                    names[place] = to;
                }
            }
        }
    }

    private static void Replace(GraphProto graph, string output, float[] values, long[] shape, params long[] declared)
    {
        graph.Initializer.Remove(graph.Initializer.Single(tensor => tensor.Name == $"all_{output}"));
        graph.Initializer.Add(TinyModel.Floats($"all_{output}", values, shape));
        int place = graph.Output.Select(value => value.Name).ToList().IndexOf(output);
        graph.Output[place] = TinyModel.Value(output, TensorProto.Types.DataType.Float, declared);
    }

    private static RgbImage Picture(int width, int height, byte brightness)
    {
        RgbImage picture = new(width, height);
        Array.Fill(picture.Pixels, brightness);
        return picture;
    }
}
