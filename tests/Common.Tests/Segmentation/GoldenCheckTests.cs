using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class GoldenCheckTests : IDisposable
{
    private const int SizePx = 128;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_sees_again_what_it_saw_at_export()
    {
        IReadOnlyList<GoldenCase> golden = Record();
        Assert.Equal(3, golden.Count);
        Assert.All(golden, one => Assert.Equal((2, 64 * 64), (one.LeafCount, one.AreasPx[0])));
        using LeafModel model = Open(golden);
        Assert.Empty(GoldenCheck.Differences(model));
    }

    [Fact]
    public void A_leaf_more_or_an_area_off_is_reported()
    {
        IReadOnlyList<GoldenCase> golden = Record();
        using LeafModel model = Open(
        [
            golden[0] with { LeafCount = 3, AreasPx = [.. golden[0].AreasPx, 9] },
            golden[1] with { AreasPx = [64 * 64 * 94 / 100, golden[1].AreasPx[1]] },
            golden[2] with { AreasPx = [(64 * 64) + 40, golden[2].AreasPx[1] - 3] },
        ]);
        IReadOnlyList<string> differences = GoldenCheck.Differences(model);
        Assert.Equal(2, differences.Count);
        Assert.Contains("expected 3 leaves", differences[0], StringComparison.Ordinal);
        Assert.Contains("golden picture 2", differences[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_of_a_golden_case_says_how_large_it_is()
    {
        GoldenCase golden = Record()[0];
        Assert.Equal<(uint, uint)?>((SizePx, SizePx), golden.SizePx());
        Assert.Null((golden with { Png = golden.Png[..20] }).SizePx());
        Assert.Null((golden with { Png = new byte[100] }).SizePx());
    }

    [Fact]
    public void A_model_whose_leaves_are_all_doubtful_has_no_golden_pictures()
    {
        ModelProto doubtful = TinyModel.Build([0.9f, 0.53f], [8, 8, 40, 40, 44, 4, 60, 20], [1, 1, 1, 1, 1, 1, 1, 1]);
        using LeafModel model = LeafModel.Open(TinyModel.Write(doubtful, folder.Path));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => GoldenRecord.Record(model, 1, 7, SizePx));
        Assert.Contains("0 of 1", error.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<GoldenCase> Record()
    {
        using LeafModel model = LeafModel.Open(TinyModel.Write(TinyModel.Build(), folder.Path));
        return GoldenRecord.Record(model, 3, 7, SizePx);
    }

    private LeafModel Open(IReadOnlyList<GoldenCase> golden)
    {
        ModelProto model = TinyModel.Build();
        TinyModel.SetMetadata(model, TinyModel.Metadata with { GoldenCases = golden });
        return LeafModel.Open(TinyModel.Write(model, folder.Path));
    }
}
