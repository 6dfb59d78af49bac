using System.Globalization;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// Whether a run made the network better than the one that it began from: the difference of the SBD picture by picture, and
/// its 95 % interval by the bootstrap. Paired, since a picture that is hard for one is hard for the other.
/// </summary>
internal static class Verdict
{
    /// <param name="before">SBD of each validation picture at the start.</param>
    /// <param name="after">SBD of the same pictures, of the best network.</param>
    public static string Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        double[] differences = [.. after.Zip(before, (now, then) => now - then)];
        (double low, double high) = Bootstrap.Intervals(differences.Length, weights => [Mean(differences, weights)])[0] ?? (double.NaN, double.NaN);
        string word = low > 0 ? "better than" : high < 0 ? "worse than" : "not distinguishable from";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The best network is {word} the one that the run began from: SBD {after.Average():0.000} after {before.Average():0.000}, "
            + $"difference {differences.Average():+0.000;-0.000} (95 % interval {low:+0.000;-0.000} to {high:+0.000;-0.000}, paired over {differences.Length} pictures).");
    }

    private static double Mean(double[] values, int[] weights)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum / weights.Sum();
    }
}
