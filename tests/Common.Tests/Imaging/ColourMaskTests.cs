using CsCheck;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Tests.Imaging;

public sealed class ColourMaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string MaskFile => Path.Combine(folder.Path, "mask.png");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back_as_the_same_leaves() =>
        Gen.UShort[0, 300].Array[12 * 9].Sample(
            labels =>
            {
                LabelMap map = new(12, 9, labels);
                ColourMask.Write(MaskFile, map);
                LabelMap read = ColourMask.Read(MaskFile);

                // Numbers may change, leaves may not: one number here for one number there.
                HashSet<(ushort, ushort)> pairs = [.. map.Labels.Zip(read.Labels)];
                Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.Item1).Count());
                Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.Item2).Count());
                Assert.All(pairs, pair => Assert.Equal(pair.Item1 == 0, pair.Item2 == 0));
            },
            iter: 30, threads: 1);

    [Fact]
    public void No_two_of_ten_thousand_labels_share_a_colour() =>
        Assert.Equal(10_001, ColourMask.Colours(10_000).Distinct().Count());

    public static TheoryData<string> Masks => [.. Fixtures.All("data/csiro-colour-masks").SelectMany(folder => Directory.GetFiles(folder, "*_label.png"))];

    [Theory]
    [MemberData(nameof(Masks))]
    public void Masks_like_those_of_the_CSIRO_data_are_read_leaf_by_leaf(string path)
    {
        LabelMap map = ColourMask.Read(path);

        RgbImage colours = ImageFile.Read(path);
        int unique = colours.Pixels.Chunk(3).Select(p => (p[0], p[1], p[2])).Distinct().Count();
        Assert.Equal(unique - 1, map.Areas().Count);
    }
}
