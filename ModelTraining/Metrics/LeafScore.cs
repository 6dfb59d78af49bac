using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// How well the leaves of one picture were found, in the words of the Leaf Segmentation Challenge (Minervini et al.
/// 2016; Scharr et al. 2016). Every figure but the counts is 0..1, 1 being perfect.
/// </summary>
public sealed record LeafScore
{
    /// <summary>Mean over the predicted leaves of the largest Dice with any true leaf.</summary>
    public required double BestDicePredictionTruth { get; init; }

    /// <summary>Mean over the true leaves of the largest Dice with any predicted leaf.</summary>
    public required double BestDiceTruthPrediction { get; init; }

    /// <summary>Dice of the unions of all leaves.</summary>
    public required double FgBgDice { get; init; }

    public required int PredictedLeaves { get; init; }

    public required int TrueLeaves { get; init; }

    /// <summary>Symmetric Best Dice: the smaller of the two ways.</summary>
    public double Sbd => Math.Min(BestDicePredictionTruth, BestDiceTruthPrediction);

    /// <summary>Difference in Count: predicted minus true.</summary>
    public int Dic => PredictedLeaves - TrueLeaves;

    public int AbsoluteDic => Math.Abs(Dic);

    /// <summary>Scores one picture.</summary>
    /// <remarks>
    /// Labels may have gaps and any order. Both maps empty: every Dice is 1. One of them empty: 0.
    /// </remarks>
    /// <exception cref="ArgumentException">The maps differ in size.</exception>
    public static LeafScore Compare(LabelMap prediction, LabelMap truth) => Of(BestDice.Of(prediction, truth));

    /// <summary>The same from what the leaves have found in one another.</summary>
    public static LeafScore Of(BestDice dice)
    {
        ArgumentNullException.ThrowIfNull(dice);
        bool bothEmpty = dice.Predicted.Count == 0 && dice.True.Count == 0;
        long foreground = dice.Predicted.Sum(leaf => (long)leaf.Area) + dice.True.Sum(leaf => (long)leaf.Area);
        return new LeafScore
        {
            BestDicePredictionTruth = bothEmpty ? 1 : dice.Predicted.Sum(leaf => leaf.Best) / Math.Max(1, dice.Predicted.Count),
            BestDiceTruthPrediction = bothEmpty ? 1 : dice.True.Sum(leaf => leaf.Best) / Math.Max(1, dice.True.Count),
            FgBgDice = bothEmpty ? 1 : 2.0 * dice.SharedForeground / foreground,
            PredictedLeaves = dice.Predicted.Count,
            TrueLeaves = dice.True.Count,
        };
    }
}
