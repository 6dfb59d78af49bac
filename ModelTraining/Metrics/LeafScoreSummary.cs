namespace LeafSeg.ModelTraining.Metrics;

/// <summary>A data set's figures: the mean over its pictures, each picture weighing the same.</summary>
public sealed record LeafScoreSummary
{
    public required int Pictures { get; init; }

    public required double Sbd { get; init; }

    public required double BestDicePredictionTruth { get; init; }

    public required double BestDiceTruthPrediction { get; init; }

    public required double FgBgDice { get; init; }

    public required double Dic { get; init; }

    public required double AbsoluteDic { get; init; }

    /// <exception cref="ArgumentException">There is no picture to take a mean over.</exception>
    public static LeafScoreSummary Of(IReadOnlyCollection<LeafScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
        {
            throw new ArgumentException("There is no picture to take a mean over.", nameof(scores));
        }

        return new LeafScoreSummary
        {
            Pictures = scores.Count,
            Sbd = scores.Average(score => score.Sbd),
            BestDicePredictionTruth = scores.Average(score => score.BestDicePredictionTruth),
            BestDiceTruthPrediction = scores.Average(score => score.BestDiceTruthPrediction),
            FgBgDice = scores.Average(score => score.FgBgDice),
            Dic = scores.Average(score => score.Dic),
            AbsoluteDic = scores.Average(score => score.AbsoluteDic),
        };
    }
}
