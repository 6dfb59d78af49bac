using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Capture;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class FrozenWatchTests
{
    private readonly FrozenWatch watch = new();
    private readonly RgbImage picture = new(16, 16);

    public FrozenWatchTests() => new Random(5).NextBytes(picture.Pixels);

    [Fact]
    public void The_very_same_picture_is_counted_and_one_pixel_makes_another()
    {
        RgbImage other = new(16, 16, [.. picture.Pixels]);
        other.Pixels[400]++;
        Assert.Equal([0, 1, 2], [watch.Repeats(picture), watch.Repeats(picture), watch.Repeats(new RgbImage(16, 16, [.. picture.Pixels]))]);
        Assert.Equal([0, 1], [watch.Repeats(other), watch.Repeats(other)]);
    }

    [Fact]
    public void A_black_night_is_not_a_frozen_camera() =>
        Assert.Equal([0, 0, 0], [watch.Repeats(new RgbImage(8, 8)), watch.Repeats(new RgbImage(8, 8)), watch.Repeats(new RgbImage(8, 8))]);
}
