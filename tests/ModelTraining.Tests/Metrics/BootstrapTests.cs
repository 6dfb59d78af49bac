using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Tests.Metrics;

public sealed class BootstrapTests
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 100).Select(i => i * 0.01)];

    [Fact]
    public void The_interval_of_a_mean_is_that_of_theory()
    {
        (double low, double high) = Intervals(Values.Length, weights => [Mean(weights)])[0]!.Value;

        // The standard error of the mean of 0..0.99 is 0.02887.
        Assert.Equal(0.495 - (1.96 * 0.0289), low, 0.006);
        Assert.Equal(0.495 + (1.96 * 0.0289), high, 0.006);
    }

    [Fact]
    public void A_seed_gives_the_same_interval_each_time_and_another_seed_another()
    {
        (double, double)? first = Intervals(Values.Length, weights => [Mean(weights)], 100, seed: 5)[0];

        Assert.Equal(first, Intervals(Values.Length, weights => [Mean(weights)], 100, seed: 5)[0]);
        Assert.NotEqual(first, Intervals(Values.Length, weights => [Mean(weights)], 100, seed: 6)[0]);
    }

    [Fact]
    public void Every_draw_has_as_many_pictures_as_there_are() =>
        Intervals(7, weights =>
        {
            Assert.Equal(7, weights.Sum());
            return [1];
        }, 20);

    [Fact]
    public void What_no_draw_can_measure_has_no_interval()
    {
        IReadOnlyList<(double Low, double High)?> intervals = Intervals(3, _ => [double.NaN, 2], 10);
        Assert.Null(intervals[0]);
        Assert.Equal((2, 2), intervals[1]);
    }

    [Fact]
    public void What_a_single_picture_says_has_no_interval()
    {
        Assert.Null(Intervals(1, _ => [2], 10)[0]);
        Assert.Null(Intervals(5, weights => [weights[2] > 0 ? .8 : double.NaN])[0]);
    }

    private static IReadOnlyList<(double Low, double High)?> Intervals(
        int pictures, Func<int[], double[]> figures, int resamples = Bootstrap.DefaultResamples, ulong seed = 1) =>
        Bootstrap.Intervals(pictures, figures, resamples, seed, cancellation: TestContext.Current.CancellationToken);

    private static double Mean(int[] weights) => weights.Zip(Values, (weight, value) => weight * value).Sum() / weights.Sum();
}
