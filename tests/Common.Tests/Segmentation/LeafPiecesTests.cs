using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class LeafPiecesTests
{
    [Fact]
    public void A_sliver_goes_to_the_leaf_that_it_lies_in()
    {
        LabelMap map = Maps.Of(
            "111111111111222222",
            "111111111111222122",
            "111111111111222222");
        LeafPieces.Settle(map);
        Assert.Equal(Maps.Of("111111111111222222", "111111111111222222", "111111111111222222").Labels, map.Labels);
    }

    [Fact]
    public void A_leaf_that_another_lies_across_keeps_both_its_parts()
    {
        LabelMap map = Maps.Of(
            "..2....",
            "112111.",
            "112111.",
            "..2....");
        ushort[] before = [.. map.Labels];
        LeafPieces.Settle(map);
        Assert.Equal(before, map.Labels);
    }

    [Fact]
    public void A_piece_far_from_all_leaves_is_background()
    {
        LabelMap map = Maps.Of(
            "1111..11",
            "1111..11");
        LeafPieces.Settle(map);
        Assert.Equal(Maps.Of("1111....", "1111....").Labels, map.Labels);
    }

    [Fact]
    public void Pixels_that_touch_by_a_corner_are_one_piece()
    {
        LabelMap map = Maps.Of(
            "1..1",
            ".11.",
            "1..1");
        ushort[] before = [.. map.Labels];
        LeafPieces.Settle(map);
        Assert.Equal(before, map.Labels);
    }

    [Fact]
    public void Slivers_are_not_handed_from_one_loose_piece_to_another()
    {
        // Two slivers side by side, each nearer to the other than to a leaf.
        LabelMap map = Maps.Of(
            "111111111111.12.22222222222",
            "111111111111....22222222222");
        LeafPieces.Settle(map);
        Assert.Equal(Maps.Of("111111111111....22222222222", "111111111111....22222222222").Labels, map.Labels);
    }

    [Fact]
    public void No_leaf_is_lost_and_none_gets_background() =>
        Gen.UShort[0, 3].Array[9 * 7].Sample(labels =>
        {
            LabelMap map = new(9, 7, [.. labels]);
            LeafPieces.Settle(map);
            Assert.Equal(new LabelMap(9, 7, labels).Areas().Select(leaf => leaf.Label), map.Areas().Select(leaf => leaf.Label));
            Assert.All(labels.Zip(map.Labels), pixel => Assert.True(pixel.First != 0 || pixel.Second == 0));
        });
}
