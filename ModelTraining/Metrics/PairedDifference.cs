using System.Globalization;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// How the figures of two networks on the same pictures differ: the mean difference picture by picture, and its 95 % interval by the
/// bootstrap. Paired, since a picture that is hard for one is hard for the other.
/// </summary>
/// <param name="Before">Mean of the first.</param>
/// <param name="After">Mean of the second.</param>
/// <param name="Interval">Of the difference; null where too few pictures have a figure.</param>
/// <param name="Pictures">How many.</param>
internal sealed record PairedDifference(double Before, double After, (double Low, double High)? Interval, int Pictures)
{
    /// <summary>Fewer differences, all of one sign, come about by chance more often than 5 times in 100 (sign test).</summary>
    public const int FewestPictures = 6;

    public double Mean => After - Before;

    public bool IsBetter => Interval is { Low: > 0 };

    public bool IsWorse => Interval is { High: < 0 };

    /// <param name="before">The first figure of each picture, at least one.</param>
    /// <param name="after">The second figure of the same pictures.</param>
    public static PairedDifference Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        double[] differences = [.. after.Zip(before, (now, then) => now - then)];
        return new PairedDifference(
            before.Average(), after.Average(),
            differences.Length < FewestPictures ? null : Bootstrap.Intervals(differences.Length, weights => [WeightedMean(differences, weights)])[0],
            differences.Length);
    }

    /// <summary>"is better than WHAT: SBD .860 after .825, difference +.035 (95 % interval ...)."</summary>
    /// <param name="other">What the first figures are of.</param>
    public string Sentence(string other)
    {
        string word = IsBetter ? "better than" : IsWorse ? "worse than" : "not distinguishable from";
        string range = Interval is var (low, high)
            ? string.Create(CultureInfo.InvariantCulture, $"95 % interval {low:+0.000;-0.000} to {high:+0.000;-0.000}, paired over {Pictures} pictures")
            : string.Create(CultureInfo.InvariantCulture, $"no interval: {Pictures} picture{(Pictures == 1 ? "" : "s")} with leaves, at least {FewestPictures} are needed");
        return string.Create(
            CultureInfo.InvariantCulture, $"is {word} {other}: SBD {After:0.000} after {Before:0.000}, difference {Mean:+0.000;-0.000} ({range}).");
    }

    private static double WeightedMean(double[] values, int[] weights)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum / weights.Sum();
    }
}
