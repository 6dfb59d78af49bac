using LeafSeg.Common.Tracking;

namespace LeafSeg.Common.Tests.Tracking;

public sealed class GrowthRateTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheRateOfAnExponentIsTheExponent() =>
        Assert.Equal(.12, GrowthRate.Of([.. Hours(96, 6).Select(t => (t, 300 * Math.Exp(.12 * (t - Begin).TotalDays)))])!.Value, 9);

    [Fact]
    public void AFewSpoiltPicturesMoveItByLittle() => Assert.Equal(
        .12, GrowthRate.Of([.. Hours(96, 6).Select((t, i) => (t, (i % 6 == 2 ? .3 : 1) * 300 * Math.Exp(.12 * (t - Begin).TotalDays)))])!.Value, 2);

    [Fact]
    public void OnlyTheLastFiveDaysCount() => Assert.Equal(
        .05, GrowthRate.Of([.. Hours(20 * 24, 12).Select(t => (t, Math.Exp((t - Begin).TotalDays is > 14 and var d ? .05 * d : .4 * (t - Begin).TotalDays)))])!.Value, 9);

    [Fact]
    public void LessThanADayIsNoRate() => Assert.Null(GrowthRate.Of([.. Hours(20, 1).Select(t => (t, 1.0 + (t - Begin).TotalDays))]));

    [Fact]
    public void LeavesWithoutAreaAndTimesThatAreEqualAreLeftOut()
    {
        Assert.Null(GrowthRate.Of([]));
        Assert.Null(GrowthRate.Of([(Begin, 5), (Begin, 6), (Begin.AddDays(2), 0)]));
        Assert.NotNull(GrowthRate.Of([(Begin, 5), (Begin, 6), (Begin.AddDays(2), 7)]));
    }

    [Theory]
    [InlineData(new[] { .98, .99, .98 }, 3, 3, 3)]
    [InlineData(new[] { .98, .98, .5, .45 }, 3, 2, 4)]
    [InlineData(new double[0], 0, 0, 0)]
    [InlineData(new[] { .02, .02 }, 0, 0, 0)]
    public void TheCountHasAnInterval(double[] presences, int count, int low, int high) =>
        Assert.Equal(new LeafCount(count, low, high), LeafCount.Of(presences));

    private static IEnumerable<DateTimeOffset> Hours(int hours, int step) => Enumerable.Range(0, (hours / step) + 1).Select(i => Begin.AddHours(i * step));
}
