using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Preparation.Anchors;

namespace LeafSeg.ModelTraining.Tests.Preparation.Anchors;

public sealed class AnchorTests
{
    private const int Input = 128;

    private static readonly Gen<Box> Boxes = Gen.Select(Gen.Float[0, 120], Gen.Float[0, 120], Gen.Float[1, 90], Gen.Float[1, 90])
        .Select(b => new Box(b.Item1, b.Item2, Math.Min(Input, b.Item1 + b.Item3), Math.Min(Input, b.Item2 + b.Item4)));

    [Fact]
    public void The_best_anchor_of_a_level_is_the_best_of_all_its_anchors() => Boxes.Select(Gen.Int[0, 4]).Sample(
        (box, level) =>
        {
            AnchorSet set = new("", Input, [[10, 16], [26, 38], [54, 76], [108, 150], [200, 280]], [.5f, 1, 2]);
            int stride = FeaturePyramid.StrideOf(level);
            float best = AnchorGrid.Level(Input / stride, stride, set.Sizes[level], set.Ratios).Max(anchor => BoxGeometry.IoU(box, anchor));

            Assert.Equal(best, set.Best(box, level), 1e-5f);
        },
        iter: 300);

    [Fact]
    public void A_leaf_that_fits_an_anchor_of_twice_the_stride_and_lies_half_a_cell_off_has_an_IoU_of_39_percent()
    {
        AnchorSet original = AnchorSet.Original(512);
        AnchorSet squares = original with { Ratios = [1] };

        Assert.Equal(.391, squares.Best(new Box(100, 100, 108, 108), level: 0), 1e-3);
        Assert.Equal(.406, original.Best(new Box(100, 100, 108, 108), level: 0), 1e-3);
        Assert.Equal(1, original.Best(new Box(98, 98, 106, 106), level: 0), 1e-3);
    }

    [Fact]
    public void The_original_starves_as_the_simulation_of_the_literature_says()
    {
        // 4,000 leaves of 8 to 128 px at 512, sides and places drawn evenly in the logarithm: .10 at IoU .7 and .76 at .5.
        Random random = new(1);
        Box[] leaves =
        [
            .. Enumerable.Range(0, 4000).Select(_ =>
            {
                float side = 8 * MathF.Pow(16, random.NextSingle());
                float stretch = MathF.Pow(2, (random.NextSingle() - .5f) / 1);
                (float width, float height) = (side * stretch, side / stretch);
                (float x, float y) = (random.NextSingle() * (512 - width), random.NextSingle() * (512 - height));
                return new Box(x, y, x + width, y + height);
            }),
        ];

        AnchorRecall recall = new(AnchorSet.Original(512), leaves);

        Assert.InRange(recall.At(.7, recall.All), .05, .15);
        Assert.InRange(recall.At(.5, recall.All), .66, .86);
    }

    [Fact]
    public void The_suggestion_reaches_more_leaves_than_the_original_with_as_many_sizes_a_level() => Boxes.Array[40, 120].Sample(
        boxes =>
        {
            AnchorSet suggested = AnchorSuggestion.For(boxes, Input, [.5f, 1, 2], sizesALevel: 1);
            AnchorRecall ours = new(suggested, boxes), original = new(AnchorSet.Original(Input), boxes);

            Assert.All(suggested.Sizes, level => Assert.Single(level));
            Assert.True(ours.At(.5, ours.All) + ours.At(.7, ours.All) >= original.At(.5, original.All) + original.At(.7, original.All) - .05);
        },
        iter: 20);

    [Fact]
    public void Leaves_of_one_size_get_an_anchor_of_that_size()
    {
        Box[] boxes = [.. Enumerable.Range(0, 50).Select(i => new Box(i, i * 1.3f, i + 20, (i * 1.3f) + 20))];

        AnchorSet suggested = AnchorSuggestion.For(boxes, Input, [1], sizesALevel: 2);

        Assert.Contains(suggested.Sizes[0], size => size is >= 18 and <= 22);
        Assert.All(suggested.Sizes, level => Assert.Equal(2, level.Length));
        Assert.Equal(1, new AnchorRecall(suggested, boxes).At(.7, [.. Enumerable.Range(0, 50)]), 1e-9);
    }

    [Fact]
    public void Without_leaves_there_is_no_recall()
    {
        AnchorRecall recall = new(AnchorSet.Original(512), []);

        Assert.True(double.IsNaN(recall.At(.5, recall.All)));
    }
}
