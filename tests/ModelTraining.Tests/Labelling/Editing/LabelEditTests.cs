using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Tests.Labelling.Editing;

/// <summary>Each edit on a small map: pixel (x, y) has its centre at (x + .5, y + .5).</summary>
public sealed class LabelEditTests
{
    private static readonly string[] Before =
    [
        "1111....22222222",
        "1111....22222222",
        "1111333.22222222",
        "1111....22222222",
        "................",
        ".......44.......",
        "55555554455555..",
        "55555554455555..",
        ".......44.......",
    ];

    [Fact]
    public void A_brush_paints_over_others_and_under_them_if_that_is_asked_for()
    {
        BrushEdit stroke = new() { Leaf = 3, Radius = 0.6, Points = [[2.5, 2.5], [9.5, 2.5]] };

        Assert.Equal("1133333333222222", Row(stroke, 2));
        Assert.Equal("1111333322222222", Row(stroke with { Under = true }, 2));
        Assert.Equal(Before[1], Row(stroke, 1));
    }

    [Fact]
    public void A_brush_that_has_no_leaf_makes_one_with_the_lowest_free_number()
    {
        (LabelMap map, ushort leaf) = Apply(new BrushEdit { Radius = 1, Points = [[14, 5]] });

        Assert.Equal(6, leaf);
        Assert.Equal(4, map.Labels.Count(label => label == 6));
    }

    [Fact]
    public void The_eraser_takes_the_leaf_that_is_named_or_any()
    {
        EraseEdit stroke = new() { Radius = 0.6, Points = [[3.5, 2.5], [8.5, 2.5]] };

        Assert.Equal("111......2222222", Row(stroke, 2));
        Assert.Equal("1111....22222222", Row(stroke with { Leaf = 3 }, 2));
    }

    [Fact]
    public void A_polygon_is_a_new_leaf_or_part_of_one()
    {
        PolygonEdit polygon = new() { Points = [[4, 3], [8, 3], [8, 5], [4, 5]] };
        (LabelMap fresh, ushort leaf) = Apply(polygon);

        Assert.Equal(6, leaf);
        Assert.Equal(6, fresh[5, 3]);
        Assert.Equal(6, fresh[6, 4]);
        Assert.Equal(3, Apply(polygon with { Leaf = 3 }).Map[5, 3]);
        Assert.Equal(4, Apply(polygon with { Under = true, Points = [[6, 5], [10, 5], [10, 6], [6, 6]] }).Map[7, 5]);
    }

    [Fact]
    public void Deleting_and_merging_change_that_leaf_alone()
    {
        (LabelMap without, ushort none) = Apply(new DeleteEdit { Leaf = 2 });
        (LabelMap merged, ushort kept) = Apply(new MergeEdit { Leaf = 1, Other = 3 });

        Assert.Equal((0, 1), (none, kept));
        Assert.Equal([1, 3, 4, 5], without.Areas().Select(leaf => (int)leaf.Label));
        Assert.Equal([(1, 19), (2, 32), (4, 8), (5, 24)], merged.Areas().Select(leaf => ((int)leaf.Label, leaf.Area)));
    }

    [Fact]
    public void A_line_across_cuts_a_leaf_in_two_and_the_larger_part_keeps_the_number()
    {
        (LabelMap map, ushort leaf) = Apply(new SplitEdit { Leaf = 2, Points = [[11, -1], [11, 6]] });

        Assert.Equal(6, leaf);
        Assert.Equal((6, 2), (map[9, 1], map[14, 1]));
        Assert.Equal(32, map.Labels.Count(label => label is 2 or 6));
        Assert.True(map.Labels.Count(label => label == 2) > map.Labels.Count(label => label == 6));
    }

    [Fact]
    public void Pieces_of_a_leaf_that_another_parts_are_split_by_the_side_they_lie_on()
    {
        (LabelMap map, _) = Apply(new SplitEdit { Leaf = 5, Points = [[8, 5], [8, 9]] });

        Assert.Equal("5555555446666" + "6..", string.Concat(Enumerable.Range(0, 16).Select(x => map[x, 6] == 0 ? "." : $"{map[x, 6]}")));
    }

    [Fact]
    public void A_line_that_does_not_reach_across_is_refused_with_what_to_do()
    {
        LabelEditException refused = Assert.Throws<LabelEditException>(() => Apply(new SplitEdit { Leaf = 2, Points = [[11, -1], [11, 2]] }));

        Assert.Contains("right across", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_leaf_that_lies_above_gets_the_crossing()
    {
        (LabelMap map, _) = Apply(new AboveEdit { Leaf = 5, Other = 4 });

        Assert.Equal([.. Enumerable.Repeat((ushort)5, 14), 0, 0], map.Labels[(6 * 16)..(7 * 16)]);
        Assert.Equal((4, 4), (map[7, 5], map[8, 8]));
        Assert.Throws<LabelEditException>(() => Apply(new AboveEdit { Leaf = 1, Other = 2 }));
    }

    [Fact]
    public void A_mask_of_the_model_takes_background_and_the_leaf_that_was_clicked()
    {
        bool[] mask = [.. Enumerable.Repeat(true, 4 * 6)];
        PixelBox box = new(6, 0, 12, 4);

        (LabelMap onLeaf, _) = Apply(new MaskEdit(box, mask, X: 9, Y: 1));
        (LabelMap onGround, _) = Apply(new MaskEdit(box, mask, X: 7, Y: 1));

        Assert.Equal((6, 6, 3), (onLeaf[9, 1], onLeaf[7, 1], onLeaf[6, 2]));
        Assert.Equal((2, 6), (onGround[9, 1], onGround[7, 1]));
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, double.NaN)]
    [InlineData(1, 1e9)]
    public void Lines_that_cannot_be_drawn_are_refused(int points, double value) => Assert.Throws<LabelEditException>(
        () => Apply(new BrushEdit { Radius = 2, Points = [.. Enumerable.Repeat(new[] { value, value }, points)] }));

    [Fact]
    public void Leaves_that_are_gone_and_places_outside_are_refused()
    {
        Assert.Throws<LabelEditException>(() => Apply(new DeleteEdit { Leaf = 9 }));
        Assert.Throws<LabelEditException>(() => Apply(new MergeEdit { Leaf = 1, Other = 1 }));
        Assert.Throws<LabelEditException>(() => Apply(new MergeEdit { Leaf = 9, Other = 1 }));
        Assert.Throws<LabelEditException>(() => Apply(new BrushEdit { Radius = 2, Points = [[100, 100]] }));
        Assert.Throws<LabelEditException>(() => Apply(new BrushEdit { Leaf = 9, Radius = 2, Points = [[4, 4]] }));
    }

    [Fact]
    public void Run_lengths_bring_a_part_back()
    {
        LabelMap map = Maps.Of(Before);
        PixelBox box = new(3, 1, 12, 8);
        byte[] runs = LabelRuns.Encode(map, box);
        LabelMap other = new(map.Width, map.Height);

        LabelRuns.Decode(runs, other, box);

        Assert.Equal(runs, LabelRuns.Encode(other, box));
        Assert.Equal((0, 3, 0, 5), (other[0, 0], other[4, 2], other[12, 2], other[4, 7]));
    }

    private static (LabelMap Map, ushort Leaf) Apply(LabelEdit edit)
    {
        LabelMap map = Maps.Of(Before), before = Maps.Of(Before);
        PixelBox extent = edit.Extent(map);
        ushort leaf = edit.Apply(map, extent);
        Assert.All(
            Enumerable.Range(0, map.Labels.Length).Where(i => map.Labels[i] != before.Labels[i]),
            i => Assert.True(i % map.Width >= extent.X1 && i % map.Width < extent.X2 && i / map.Width >= extent.Y1 && i / map.Width < extent.Y2));
        return (map, leaf);
    }

    private static string Row(LabelEdit edit, int y)
    {
        LabelMap map = Apply(edit).Map;
        return string.Concat(Enumerable.Range(0, map.Width).Select(x => map[x, y] == 0 ? "." : $"{map[x, y]}"));
    }
}
