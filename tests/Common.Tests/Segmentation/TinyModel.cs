using System.Runtime.InteropServices;
using Google.Protobuf;
using LeafSeg.Common.Models;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.Common.Tests.Segmentation;

/// <summary>
/// A model file that keeps the contract with a handful of nodes: it sees two leaves in every picture with a pixel of
/// 200 or more (as a trained one it sees none in the dark), one with a full mask and one whose mask is its left half.
/// Tests break it one place at a time.
/// </summary>
internal static class TinyModel
{
    public const int InputSize = 64;
    public const int MaskSize = 2;

    public static readonly ModelMetadata Metadata = new()
    {
        Name = "tiny",
        Version = "0.1.0",
        InputSize = InputSize,
        Classes = ["leaf"],
        ScoreThreshold = 0.5f,
        NmsIou = 0.5f,
        MaxDetections = 3,
        MaskSize = MaskSize,
        Training = """{"epochs":0}""",
        Scores = new ModelScores { Sbd = 0.8, Dic = -0.25, AbsoluteDic = 1.5, FgBgDice = 0.9, Data = "none", Pictures = 1 },
        DataDigest = "sha256:0",
        Licence = "Apache-2.0",
        Created = new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero),
        GoldenCases = [],
    };

    /// <summary>The graph and its metadata, to break as a test likes.</summary>
    public static ModelProto Build() => Build([0.9f, 0.6f, 0.3f], [8, 8, 40, 40, 44, 4, 60, 20, 0, 0, 4, 4], [1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1]);

    /// <summary>The same with other constants: what the graph answers for a bright picture.</summary>
    public static ModelProto Build(float[] scores, float[] boxes, float[] masks)
    {
        GraphProto graph = new() { Name = "tiny" };
        graph.Input.Add(Value("image", TensorProto.Types.DataType.Uint8, 1, InputSize, InputSize, 3));
        graph.Output.Add(Value("boxes", TensorProto.Types.DataType.Float, -1, 4));
        graph.Output.Add(Value("scores", TensorProto.Types.DataType.Float, -1));
        graph.Output.Add(Value("masks", TensorProto.Types.DataType.Float, -1, MaskSize, MaskSize));

        // How many leaves: none, or all of the constants, by the brightest pixel.
        graph.Initializer.Add(Floats("light", [200], []));
        graph.Initializer.Add(Longs("first", [0], 1));
        graph.Initializer.Add(Longs("all", [scores.Length], 1));
        graph.Node.Add(Node("Cast", ["image"], "grey", ("to", (long)TensorProto.Types.DataType.Float)));
        graph.Node.Add(Node("ReduceMax", ["grey"], "brightest", ("keepdims", 0)));
        graph.Node.Add(Node("GreaterOrEqual", ["brightest", "light"], "lit"));
        graph.Node.Add(Node("Where", ["lit", "all", "first"], "end"));
        graph.Initializer.Add(Floats("all_boxes", boxes, [boxes.Length / 4, 4]));
        graph.Initializer.Add(Floats("all_scores", scores, [scores.Length]));
        graph.Initializer.Add(Floats("all_masks", masks, [masks.Length / 4, MaskSize, MaskSize]));
        foreach (string output in (string[])["boxes", "scores", "masks"])
        {
            graph.Node.Add(Node("Slice", [$"all_{output}", "first", "end", "first"], output));
        }

        ModelProto model = new() { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        SetMetadata(model, Metadata);
        return model;
    }

    public static void SetMetadata(ModelProto model, ModelMetadata metadata)
    {
        model.MetadataProps.Clear();
        foreach ((string key, string value) in metadata.ToProperties())
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }

    /// <summary>Writes the file into a folder and gives its path.</summary>
    public static string Write(ModelProto model, string folder)
    {
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    public static NodeProto Node(string kind, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        NodeProto node = new() { OpType = kind, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        foreach ((string name, long value) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int });
        }

        return node;
    }

    public static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] shape)
    {
        TensorShapeProto dimensions = new();
        foreach (long length in shape)
        {
            dimensions.Dim.Add(length == -1
                ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
                : new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }

    public static TensorProto Floats(string name, float[] values, long[] shape) =>
        Tensor(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(values), shape);

    public static TensorProto Longs(string name, long[] values, params long[] shape) =>
        Tensor(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes<long>(values), shape);

    private static TensorProto Tensor(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        return tensor;
    }
}
