using System.Globalization;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// Whether a run made the network better than the one that it began from: the difference of the SBD picture by picture, and
/// its 95 % interval by the bootstrap. Paired, since a picture that is hard for one is hard for the other.
/// </summary>
internal static class Verdict
{
    /// <summary>Fewer differences, all of one sign, come about by chance more often than 5 times in 100 (sign test).</summary>
    private const int FewestPictures = 6;

    /// <summary>A sentence on the best network, or on the newest where the best is still the first.</summary>
    /// <returns>Null where the run did not begin from a network that finds leaves, or was not scored since.</returns>
    public static string? Of(RunState state)
    {
        bool isFirst = state.Best.BestStep == 0;
        IReadOnlyList<double> before = state.StartSbd, after = isFirst ? state.NewestSbd : state.BestSbd;
        if (before.Count == 0 || after.Count != before.Count)
        {
            return null;
        }

        string which = isFirst
            ? string.Create(CultureInfo.InvariantCulture, $"No step made the network better, so the best is the one that the run began from. The newest, of step {state.ValidatedStep},")
            : string.Create(CultureInfo.InvariantCulture, $"The best network, of step {state.Best.BestStep},");
        return $"{which} {Of(before, after)}";
    }

    /// <param name="before">SBD of each validation picture at the start.</param>
    /// <param name="after">SBD of the same pictures later.</param>
    internal static string Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        double[] differences = [.. after.Zip(before, (now, then) => now - then)];
        (double Low, double High)? interval = differences.Length < FewestPictures ? null : Bootstrap.Intervals(differences.Length, weights => [Mean(differences, weights)])[0];
        string word = interval is { Low: > 0 } ? "better than" : interval is { High: < 0 } ? "worse than" : "not distinguishable from";
        string range = interval is var (low, high)
            ? string.Create(CultureInfo.InvariantCulture, $"95 % interval {low:+0.000;-0.000} to {high:+0.000;-0.000}, paired over {differences.Length} pictures")
            : string.Create(CultureInfo.InvariantCulture, $"no interval: {differences.Length} picture{(differences.Length == 1 ? "" : "s")} with leaves, at least {FewestPictures} are needed");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"is {word} the one that the run began from: SBD {after.Average():0.000} after {before.Average():0.000}, difference {differences.Average():+0.000;-0.000} ({range}).");
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
