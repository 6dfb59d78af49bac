using System.Globalization;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// Whether a run made the network better than the one that it began from: the <see cref="PairedDifference"/> of the SBD.
/// </summary>
internal static class Verdict
{
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
    internal static string Of(IReadOnlyList<double> before, IReadOnlyList<double> after) => PairedDifference.Of(before, after).Sentence("the one that the run began from");
}
