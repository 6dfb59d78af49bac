using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Training;

public class MatchingTests
{
    private static readonly Box Leaf = new(10, 10, 30, 30);

    [Fact]
    public void Boxes_are_a_leaf_s_or_background_or_do_not_count()
    {
        Box[] boxes = [Leaf, new(10, 10, 30, 20), new(100, 100, 120, 120)];

        int[] match = Matching.Match(boxes, [Leaf], positiveIoU: 0.7f, negativeIoU: 0.3f, rescueLeaves: false);

        Assert.Equal([0, Matching.Ignored, Matching.Background], match);
    }

    [Fact]
    public void A_leaf_that_no_box_fits_well_gets_its_best_one()
    {
        Box[] boxes = [new(10, 10, 30, 16), new(10, 10, 30, 14)];

        int[] match = Matching.Match(boxes, [Leaf], positiveIoU: 0.7f, negativeIoU: 0.3f, rescueLeaves: true);

        Assert.Equal([0, Matching.Background], match);
    }

    [Fact]
    public void Background_that_shows_a_region_to_ignore_does_not_count()
    {
        Box region = new(100, 100, 112, 112);
        Box[] boxes = [Leaf, region, new(104, 104, 110, 110), new(98, 98, 140, 140), new(200, 200, 212, 212)];
        int[] match = Matching.Match(boxes, [Leaf], 0.7f, 0.3f, rescueLeaves: true);

        Matching.Ignore(match, boxes, [region], overlap: .3f);

        Assert.Equal([0, Matching.Ignored, Matching.Ignored, Matching.Background, Matching.Background], match);
    }

    [Fact]
    public void Leaves_too_small_to_be_taught_are_ignored_and_no_background()
    {
        LabelMap labels = new(40, 40);
        for (int i = 0; i < 100; i++)
        {
            labels[i % 10, i / 10] = 1;
            labels[20 + (i % 10), 20 + (i / 10)] = LeafPicture.FirstIgnored + 3;
        }

        labels[35, 5] = 2;
        Truth truth = Truth.From(labels, Letterbox.Fit(40, 40, 80), minimumArea: 12);

        Assert.Equal([1], truth.LeafLabels);
        Assert.Equal([new Box(0, 0, 20, 20)], truth.Boxes);
        Assert.Equal([new Box(70, 10, 72, 12), new Box(40, 40, 60, 60)], truth.Ignored);
    }

    [Fact]
    public void A_picture_without_leaves_is_all_background() =>
        Assert.Equal([Matching.Background], Matching.Match([Leaf], [], 0.7f, 0.3f, rescueLeaves: true));

    [Fact]
    public void Samples_hold_no_more_positives_than_their_share()
    {
        int[] match = [.. Enumerable.Repeat(0, 50), .. Enumerable.Repeat(Matching.Background, 50), .. Enumerable.Repeat(Matching.Ignored, 50)];

        (int[] positive, int[] negative) = Matching.Sample(match, count: 40, positiveShare: 0.25f, evenLeaves: false, new Random(1));

        Assert.Equal(10, positive.Length);
        Assert.Equal(30, negative.Length);
        Assert.All(positive, i => Assert.InRange(i, 0, 49));
        Assert.All(negative, i => Assert.InRange(i, 50, 99));
    }

    [Fact]
    public void Every_leaf_is_drawn_from_before_any_is_drawn_from_again()
    {
        int[] match = [.. Enumerable.Repeat(0, 50), 1, 1, 2];

        (int[] positive, _) = Matching.Sample(match, count: 14, positiveShare: 0.5f, evenLeaves: true, new Random(1));

        Assert.Equal(7, positive.Distinct().Count());
        Assert.Equal([0, 1, 2], positive.Take(3).Select(i => match[i]).Order());
        Assert.Equal([0, 1], positive.Skip(3).Take(2).Select(i => match[i]).Order());
        Assert.All(positive.Skip(5), i => Assert.Equal(0, match[i]));
    }
}
