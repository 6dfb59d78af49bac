using Google.Protobuf;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
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

    private static IReadOnlyList<GoldenCase> Record() => Record(TinyModel.Build());

    private static IReadOnlyList<GoldenCase> Record(ModelProto model)
    {
        using TemporaryFolder folder = new();
        using LeafModel opened = LeafModel.Open(TinyModel.Write(model, folder.Path));
        return GoldenCheck.Record(opened, 2, 7, sizePx: 128);
    }
}
