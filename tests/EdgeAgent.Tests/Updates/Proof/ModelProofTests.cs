using Google.Protobuf;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.EdgeAgent.Tests.Updates.Proof;

public sealed class ModelProofTests
{
    private static readonly ProofOptions Limits = new();

    [Fact]
    public void A_good_file_passes() => Assert.Equal("0.2.0", ModelProof.CheckFile(ProofFile.Bytes(), Limits).Version);

    /// <summary>The file alone: whether its golden pictures are rendered today as at its export is its exporter's affair.</summary>
    [Fact]
    public void The_shipped_model_passes() =>
        Assert.Equal("leafseg", ModelProof.CheckFile(File.ReadAllBytes(InstalledModels.Newest(InstalledModels.Folder)), Limits).Name);

    [Fact]
    public void A_file_whose_input_is_free_passes()
    {
        ModelProto model = ProofFile.Build();
        model.Graph.Input[0] = TinyModel.Value("image", TensorProto.Types.DataType.Uint8, 1, -1, -1, 3);
        InputSizes sizes = new() { Smallest = 32, Largest = 96, Scale = 1 };
        TinyModel.SetMetadata(model, ModelMetadata.Parse(model.MetadataProps.ToDictionary(p => p.Key, p => p.Value), "model") with { Inputs = sizes });

        Assert.Equal(sizes, ModelProof.CheckFile(model.ToByteArray(), Limits).Inputs);
    }

    /// <summary>Each way in which a file breaks the contract or could harm, and what is said of it.</summary>
    public static TheoryData<string, string> Broken => new()
    {
        { "external data", "outside the file" },
        { "external constant in a node", "outside the file" },
        { "foreign node", "com.evil" },
        { "foreign opset", "com.evil" },
        { "old opset", "operator set 16" },
        { "future opset", "operator set 99" },
        { "two opsets", "two versions" },
        { "loop", "graph inside" },
        { "functions", "field 25" },
        { "two graphs", "field 7" },
        { "no graph", "no graph" },
        { "too many nodes", "maxNodes" },
        { "future contract", "contract \"9\"" },
        { "key twice", "twice" },
        { "no golden cases", "golden cases" },
        { "golden case of a huge picture", "golden picture of 1000000 x 128 px" },
        { "golden tolerance of all", "tolerance 1" },
        { "another input", "image uint8 [1, 64, 64, 3]" },
        { "open input", "image uint8 [1, 64, 64, 3]" },
        { "one output more", "the outputs" },
        { "outputs of another type", "the outputs" },
        { "huge input", "leafseg.input_size" },
        { "huge free input", "leafseg.input_largest" },
        { "contradicting free input", "leafseg.input_smallest" },
        { "not ONNX", "not a whole ONNX file" },
        { "empty", "no graph" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_that_breaks_the_contract_is_refused_before_anything_opens_it(string how, string said)
    {
        ModelProto model = ProofFile.Build();
        byte[] file = Break(model, how) ?? model.ToByteArray();
        UnprovenException refused = Assert.Throws<UnprovenException>(() => ModelProof.CheckFile(file, Limits with { MaxNodes = 100 }));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_or_misses_something()
    {
        byte[] file = ProofFile.Bytes();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<UnprovenException>(() => ModelProof.CheckFile(file.AsSpan(0, length), Limits));
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_the_reader_answers_or_refuses()
    {
        byte[] whole = ProofFile.Bytes();
        int rounds = HostileInputs.Count(usually: 20_000);
        Random random = new(1);
        for (int i = 0; i < rounds; i++)
        {
            byte[] file = i % 10 == 0 ? new byte[random.Next(200)] : [.. whole];
            if (i % 10 == 0)
            {
                random.NextBytes(file);
            }

            for (int change = random.Next(1, 4); change > 0 && file.Length > 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                ModelProof.CheckFile(file, Limits);
            }
            catch (UnprovenException)
            {
                // The one way in which it may say no.
            }
        }
    }

    [Fact]
    public void A_model_that_sees_something_else_is_refused()
    {
        using TemporaryFolder folder = new();
        ModelProto model = ProofFile.Build();
        ModelMetadata metadata = ModelMetadata.Parse(model.MetadataProps.ToDictionary(p => p.Key, p => p.Value), "");
        TinyModel.SetMetadata(model, metadata with { GoldenCases = [metadata.GoldenCases[0] with { LeafCount = 1, AreasPx = [5] }] });
        string file = TinyModel.Write(model, folder.Path);
        ModelProof.CheckFile(File.ReadAllBytes(file), Limits);
        Assert.Contains("expected 1 leaves", Assert.Throws<UnprovenException>(() => ModelProof.Run(file, new(), Limits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_right_but_too_slow_is_refused()
    {
        using TemporaryFolder folder = new();
        string file = TinyModel.Write(ProofFile.Build(), folder.Path);
        ProofOptions hasty = Limits with { MaxInferMs = 1e-9 };
        Assert.Contains("updates.proof.maxInferMs", Assert.Throws<UnprovenException>(() => ModelProof.Run(file, new(), hasty)).Message, StringComparison.Ordinal);
    }

    /// <returns>The file's bytes where they are not the model's.</returns>
    private static byte[]? Break(ModelProto model, string how)
    {
        GraphProto graph = model.Graph;
        ModelMetadata metadata = ModelMetadata.Parse(model.MetadataProps.ToDictionary(p => p.Key, p => p.Value), "");
        switch (how)
        {
            case "external data":
                return Replaced(model, graph.Initializer[0].ToByteArray(), With(graph.Initializer[0], 14, 1), field: 5);
            case "external constant in a node":
                NodeProto constant = new() { OpType = "Constant" };
                byte[] attribute = Bytes(5, With(new TensorProto { Name = "x" }, 14, 1));
                return AddToGraph(model, Bytes(1, [.. constant.ToByteArray(), .. Bytes(5, attribute)]));
            case "foreign node":
                graph.Node[0].Domain = "com.evil";
                return null;
            case "foreign opset":
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.evil", Version = 1 });
                return null;
            case "old opset":
                model.OpsetImport[0].Version = 16;
                return null;
            case "future opset":
                model.OpsetImport[0].Version = 99;
                return null;
            case "two opsets":
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 18 });
                return null;
            case "loop":
                return AddToGraph(model, Bytes(1, Bytes(5, Bytes(6, []))));
            case "functions":
                return [.. model.ToByteArray(), .. Bytes(25, [])];
            case "two graphs":
                return [.. model.ToByteArray(), .. Bytes(7, [])];
            case "no graph":
                model.Graph = null;
                return null;
            case "too many nodes":
                for (int i = 0; i < 100; i++)
                {
                    graph.Node.Add(new NodeProto { OpType = "Identity" });
                }

                return null;
            case "future contract":
                model.MetadataProps.Single(p => p.Key == "leafseg.contract").Value = "9";
                return null;
            case "key twice":
                model.MetadataProps.Add(model.MetadataProps[0]);
                return null;
            case "no golden cases":
                TinyModel.SetMetadata(model, metadata with { GoldenCases = [] });
                return null;
            case "golden case of a huge picture":
                TinyModel.SetMetadata(model, metadata with { GoldenCases = [metadata.GoldenCases[0] with { Png = [.. metadata.GoldenCases[0].Png[..16], 0, 15, 66, 64, .. metadata.GoldenCases[0].Png[20..]] }] });
                return null;
            case "golden tolerance of all":
                TinyModel.SetMetadata(model, metadata with { GoldenCases = [metadata.GoldenCases[0] with { AreaTolerance = 1 }] });
                return null;
            case "another input":
                graph.Input[0].Name = "picture";
                return null;
            case "open input":
                graph.Input[0] = TinyModel.Value("image", TensorProto.Types.DataType.Uint8, 1, -1, -1, 3);
                return null;
            case "one output more":
                graph.Output.Add(TinyModel.Value("more", TensorProto.Types.DataType.Float, 1));
                return null;
            case "outputs of another type":
                graph.Output[0] = TinyModel.Value("boxes", TensorProto.Types.DataType.Int64, -1, 4);
                return null;
            case "huge input":
                TinyModel.SetMetadata(model, metadata with { InputSize = 100_000 });
                return null;
            case "huge free input":
                TinyModel.SetMetadata(model, metadata with { Inputs = new InputSizes { Smallest = 32, Largest = 32_000, Scale = 1 } });
                return null;
            case "contradicting free input":
                TinyModel.SetMetadata(model, metadata with { Inputs = new InputSizes { Smallest = 64, Largest = 32, Scale = 1 } });
                return null;
            case "not ONNX":
                return [.. "this is not a model"u8];
            case "empty":
                return [];
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }
    }

    private static byte[] AddToGraph(ModelProto model, byte[] field)
    {
        byte[] graph = [.. model.Graph.ToByteArray(), .. field];
        model.Graph = null;
        return [.. model.ToByteArray(), .. Bytes(7, graph)];
    }

    private static byte[] Replaced(ModelProto model, byte[] old, byte[] by, int field)
    {
        Assert.Equal(model.Graph.Initializer[0].ToByteArray(), old);
        model.Graph.Initializer.RemoveAt(0);
        return AddToGraph(model, Bytes(field, by));
    }

    private static byte[] With(TensorProto message, int field, byte number)
    {
        using MemoryStream stream = new();
        using CodedOutputStream output = new(stream);
        message.WriteTo(output);
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(number);
        output.Flush();
        return stream.ToArray();
    }

    private static byte[] Bytes(int field, byte[] content)
    {
        using MemoryStream stream = new();
        using CodedOutputStream output = new(stream);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }
}
