using LeafSeg.Common.Synthesis;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// How far figures could lie elsewhere with other pictures of the same kind: the percentile bootstrap (Efron 1979). Pictures
/// are drawn with replacement, as many as there are, and the figures taken again; 95 of 100 times they lie in the interval.
/// </summary>
public static class Bootstrap
{
    /// <summary>Draws that give the ends of an interval to about a twentieth of its width.</summary>
    public const int DefaultResamples = 1000;

    private const double Tail = 0.025;

    /// <summary>The interval of each figure; null where no draw could measure it, or only one picture says anything about it.</summary>
    /// <param name="pictures">How many there are.</param>
    /// <param name="figures">
    /// Takes the figures, always as many, when picture i counts weights[i] times; NaN where there is nothing to measure. Called
    /// from several threads.
    /// </param>
    /// <param name="resamples">How many draws.</param>
    /// <param name="seed">The same seed, the same intervals, whatever the number of threads.</param>
    /// <param name="drawn">Called after each draw, from any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IReadOnlyList<(double Low, double High)?> Intervals(
        int pictures, Func<int[], double[]> figures, int resamples = DefaultResamples, ulong seed = 1, Action? drawn = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pictures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        double[][] draws = new double[resamples][];
        Parallel.For(0, resamples, new ParallelOptions { CancellationToken = cancellation }, draw =>
        {
            RandomSource random = new(RandomSource.Derive(seed, (ulong)draw));
            int[] weights = new int[pictures];
            for (int i = 0; i < pictures; i++)
            {
                weights[random.Integer(0, pictures - 1)]++;
            }

            draws[draw] = figures(weights);
            drawn?.Invoke();
        });
        return [.. Enumerable.Range(0, draws[0].Length).Select(figure => pictures < 2 ? null : Interval([.. draws.Select(values => values[figure])]))];
    }

    private static (double Low, double High)? Interval(double[] values)
    {
        double[] measured = [.. values.Where(value => !double.IsNaN(value)).Order()];

        // Draws without the only picture that has such leaves measure nothing, all others the same.
        bool ofOnePicture = measured.Length > 0 && measured.Length < values.Length && measured[^1] - measured[0] < 1e-9;
        return measured.Length == 0 || ofOnePicture ? null : (Quantile(measured, Tail), Quantile(measured, 1 - Tail));
    }

    /// <summary>Between two values in proportion, as numpy's percentile.</summary>
    private static double Quantile(double[] rising, double share)
    {
        double place = share * (rising.Length - 1);
        int below = (int)place;
        double next = rising[Math.Min(below + 1, rising.Length - 1)];
        return rising[below] + ((place - below) * (next - rising[below]));
    }
}
