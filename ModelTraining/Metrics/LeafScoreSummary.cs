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

    /// <summary>
    /// The same, with the Dices over the pictures that have a leaf: finding nothing where nothing is would count as perfect.
    /// 0 where no picture has one.
    /// </summary>
    /// <exception cref="ArgumentException">There is no picture to take a mean over.</exception>
    public static LeafScoreSummary OfPicturesWithLeaves(IReadOnlyCollection<LeafScore> scores)
    {
        LeafScoreSummary all = Of(scores);
        LeafScore[] withLeaves = [.. scores.Where(score => score.TrueLeaves > 0)];
        LeafScoreSummary? dices = withLeaves.Length > 0 ? Of(withLeaves) : null;
        return all with
        {
            Sbd = dices?.Sbd ?? 0,
            BestDicePredictionTruth = dices?.BestDicePredictionTruth ?? 0,
            BestDiceTruthPrediction = dices?.BestDiceTruthPrediction ?? 0,
            FgBgDice = dices?.FgBgDice ?? 0,
        };
    }
}
