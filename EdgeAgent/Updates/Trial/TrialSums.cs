using LeafSeg.Common.Messages;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Updates.Proof;

namespace LeafSeg.EdgeAgent.Updates.Trial;

/// <summary>Adds up what two models say of the same pictures.</summary>
internal sealed class TrialSums(int of)
{
    private int captures, plants;
    private double counts, absoluteCounts, oldAreas, absoluteAreas, oldMs, newMs;

    public TrialFigures Figures => new()
    {
        Captures = captures,
        Of = of,
        LeafCountDifference = Mean(counts),
        AbsoluteLeafCountDifference = Mean(absoluteCounts),
        AbsoluteAreaDifferencePercent = AreaPercent(),
        Slowdown = Math.Round(oldMs > 0 ? newMs / oldMs : 1, 2),
    };

    /// <param name="old">Of the model in use, a plant each.</param>
    /// <param name="fresh">Of the new one, the same plants.</param>
    /// <param name="oldInferMs">Time of the model in use for the picture.</param>
    /// <param name="newInferMs">Time of the new one.</param>
    public void Add(IReadOnlyList<PlantTraits> old, IReadOnlyList<PlantTraits> fresh, double oldInferMs, double newInferMs)
    {
        captures++;
        oldMs += oldInferMs;
        newMs += newInferMs;
        foreach ((PlantTraits was, PlantTraits now) in old.Zip(fresh))
        {
            plants++;
            counts += now.LeafCount - was.LeafCount;
            absoluteCounts += Math.Abs(now.LeafCount - was.LeafCount);
            oldAreas += was.ProjectedLeafAreaPx;
            absoluteAreas += Math.Abs(now.ProjectedLeafAreaPx - was.ProjectedLeafAreaPx);
        }
    }

    /// <summary>Of the sums: a mean of ratios would let one false leaf in an empty pot outweigh the whole tray.</summary>
    private double AreaPercent()
    {
        double share = oldAreas > 0 ? absoluteAreas / oldAreas : absoluteAreas > 0 ? 1 : 0;
        return Math.Round(100 * share, 2);
    }

    private double Mean(double sum) => Math.Round(plants == 0 ? 0 : sum / plants, 2);
}

/// <summary>Decides a trial by the limits in the settings.</summary>
internal static class TrialVerdict
{
    /// <exception cref="UnprovenException">The new model is beyond a limit.</exception>
    public static void Judge(this TrialFigures figures, TrialOptions limits)
    {
        if (figures.AbsoluteLeafCountDifference > limits.MaxLeafCountDifference)
        {
            throw Beyond($"{figures.AbsoluteLeafCountDifference} leaves of difference a plant", $"{limits.MaxLeafCountDifference}", "maxLeafCountDifference");
        }

        if (figures.AbsoluteAreaDifferencePercent > limits.MaxAreaDifferencePercent)
        {
            throw Beyond($"{figures.AbsoluteAreaDifferencePercent} % of difference in leaf area", $"{limits.MaxAreaDifferencePercent} %", "maxAreaDifferencePercent");
        }

        if (figures.Slowdown > limits.MaxSlowdown)
        {
            throw Beyond($"{figures.Slowdown} times the time of the model in use", $"{limits.MaxSlowdown} times", "maxSlowdown");
        }
    }

    private static UnprovenException Beyond(FormattableString found, FormattableString most, string setting) =>
        new($"on trial: found {FormattableString.Invariant(found)}; expected {FormattableString.Invariant(most)} at most (updates.trial.{setting})");
}
