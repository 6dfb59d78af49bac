using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Updates.Trial;

/// <summary>How far a new model may differ from the one in use, on the rig's own plants.</summary>
internal sealed record TrialOptions
{
    /// <summary>Pictures that both models look at before the new one takes over; 0: none.</summary>
    public int Captures { get; init; } = 20;

    /// <summary>Leaves more or fewer, mean over the plants of all these pictures.</summary>
    public double MaxLeafCountDifference { get; init; } = 3;

    /// <summary>Leaf area more or less, added up over the same plants, in percent of the area by the model in use.</summary>
    public double MaxAreaDifferencePercent { get; init; } = 25;

    /// <summary>So many times as long a picture may take.</summary>
    public double MaxSlowdown { get; init; } = 3;

    /// <summary>Pictures after the switch in which nothing may go wrong, or the rig goes back; 0: none.</summary>
    public int ProbationCaptures { get; init; } = 20;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Captures is not (>= 0 and <= 100_000))
        {
            yield return new SettingProblem($"{name}.captures", Captures, "0 to 100000 pictures");
        }

        if (!(MaxLeafCountDifference >= 0))
        {
            yield return new SettingProblem($"{name}.maxLeafCountDifference", MaxLeafCountDifference, "0 or more leaves");
        }

        if (!(MaxAreaDifferencePercent >= 0))
        {
            yield return new SettingProblem($"{name}.maxAreaDifferencePercent", MaxAreaDifferencePercent, "0 percent or more");
        }

        if (!(MaxSlowdown > 0))
        {
            yield return new SettingProblem($"{name}.maxSlowdown", MaxSlowdown, "more than 0");
        }

        if (ProbationCaptures is not (>= 0 and <= 100_000))
        {
            yield return new SettingProblem($"{name}.probationCaptures", ProbationCaptures, "0 to 100000 pictures");
        }
    }
}
