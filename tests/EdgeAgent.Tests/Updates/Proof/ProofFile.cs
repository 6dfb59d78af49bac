using Google.Protobuf;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.EdgeAgent.Tests.Updates.Proof;

/// <summary>Tiny models that can prove themselves.</summary>
internal static class ProofFile
{
    private static readonly Lazy<IReadOnlyList<GoldenCase>> Golden = new(Record);

    /// <summary>A model with golden cases, to break as a test likes.</summary>
    public static ModelProto Build(string version = "0.2.0", float[]? boxes = null)
    {
        ModelProto model = TinyModel.Build([0.9f, 0.6f, 0.3f], boxes ?? [8, 8, 40, 40, 44, 4, 60, 20, 0, 0, 4, 4], [1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1]);
        TinyModel.SetMetadata(model, TinyModel.Metadata with { Version = version, GoldenCases = boxes is null ? Golden.Value : Record(model) });
        return model;
    }

    public static byte[] Bytes(string version = "0.2.0", float[]? boxes = null) => Build(version, boxes).ToByteArray();

    /// <summary>
    /// A model that proves itself, and crashes natively at the first picture that is white all over: the smallest number
    /// there is, divided by -1, has no room in a register, and the processor says so.
    /// </summary>
    public static byte[] CrashingBytes(string version)
    {
        ModelProto model = Build(version);
        GraphProto graph = model.Graph;
        graph.Initializer.Add(TinyModel.Longs("nearly_white", [254]));
        graph.Initializer.Add(TinyModel.Longs("smallest", [long.MinValue]));
        graph.Initializer.Add(TinyModel.Floats("nothing", [0], []));
        NodeProto[] nodes =
        [
            TinyModel.Node("Cast", ["image"], "whole", ("to", (long)TensorProto.Types.DataType.Int64)),
            TinyModel.Node("ReduceMin", ["whole"], "darkest", ("keepdims", 0)),
            TinyModel.Node("Sub", ["nearly_white", "darkest"], "depth"),
            TinyModel.Node("Div", ["smallest", "depth"], "shares"),
            TinyModel.Node("Cast", ["shares"], "part", ("to", (long)TensorProto.Types.DataType.Float)),
            TinyModel.Node("Mul", ["part", "nothing"], "none"),
            TinyModel.Node("Add", ["brightest", "none"], "brighter"),
        ];
        NodeProto lit = graph.Node.Single(node => node.Output[0] == "lit");
        lit.Input[0] = "brighter";
        for (int i = graph.Node.IndexOf(lit), k = 0; k < nodes.Length; k++)
        {
            graph.Node.Insert(i + k, nodes[k]);
        }

        return model.ToByteArray();
    }

    private static IReadOnlyList<GoldenCase> Record() => Record(TinyModel.Build());

    private static IReadOnlyList<GoldenCase> Record(ModelProto model)
    {
        using TemporaryFolder folder = new();
        using LeafModel opened = LeafModel.Open(TinyModel.Write(model, folder.Path));
        return GoldenRecord.Record(opened, 2, 7, sizePx: 128);
    }
}
