namespace LeafSeg.Common.Metrics;

/// <summary>
/// A data set's figures: the mean over its pictures, each picture weighing the same. A picture without a true leaf has no
/// Dice: finding nothing where nothing is says little, and would count as perfect.
/// </summary>
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

        LeafScore[] withLeaves = [.. scores.Where(score => score.TrueLeaves > 0)];
        return new LeafScoreSummary
        {
            Pictures = scores.Count,
            Sbd = Mean(withLeaves, score => score.Sbd),
            BestDicePredictionTruth = Mean(withLeaves, score => score.BestDicePredictionTruth),
            BestDiceTruthPrediction = Mean(withLeaves, score => score.BestDiceTruthPrediction),
            FgBgDice = Mean(withLeaves, score => score.FgBgDice),
            Dic = scores.Average(score => score.Dic),
            AbsoluteDic = scores.Average(score => score.AbsoluteDic),
        };
    }

    private static double Mean(LeafScore[] scores, Func<LeafScore, double> figure) => scores.Length == 0 ? 0 : scores.Average(figure);
}
