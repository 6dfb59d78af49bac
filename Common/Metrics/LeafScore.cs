using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Metrics;

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
    public static LeafScore Compare(LabelMap prediction, LabelMap truth)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(truth);
        if (prediction.Width != truth.Width || prediction.Height != truth.Height)
        {
            throw new ArgumentException(
                $"The prediction is {prediction.Width}x{prediction.Height}, the truth {truth.Width}x{truth.Height}; they must be of one size.",
                nameof(prediction));
        }

        Leaves predicted = Leaves.Of(prediction);
        Leaves real = Leaves.Of(truth);

        // Shared pixels of each pair of leaves, counted in one pass over the picture. Row and column 0 are background.
        int columns = real.Areas.Length;
        int[] shared = new int[predicted.Areas.Length * columns];
        for (int i = 0; i < prediction.Labels.Length; i++)
        {
            shared[(predicted.IndexOfLabel[prediction.Labels[i]] * columns) + real.IndexOfLabel[truth.Labels[i]]]++;
        }

        double[] bestOfPredicted = new double[predicted.Count];
        double[] bestOfReal = new double[real.Count];
        long sharedForeground = 0;
        for (int p = 1; p <= predicted.Count; p++)
        {
            for (int t = 1; t <= real.Count; t++)
            {
                int both = shared[(p * columns) + t];
                sharedForeground += both;
                double dice = 2.0 * both / (predicted.Areas[p] + real.Areas[t]);
                bestOfPredicted[p - 1] = Math.Max(bestOfPredicted[p - 1], dice);
                bestOfReal[t - 1] = Math.Max(bestOfReal[t - 1], dice);
            }
        }

        bool bothEmpty = predicted.Count == 0 && real.Count == 0;
        return new LeafScore
        {
            BestDicePredictionTruth = bothEmpty ? 1 : MeanOrZero(bestOfPredicted),
            BestDiceTruthPrediction = bothEmpty ? 1 : MeanOrZero(bestOfReal),
            FgBgDice = bothEmpty ? 1 : 2.0 * sharedForeground / (predicted.Foreground + real.Foreground),
            PredictedLeaves = predicted.Count,
            TrueLeaves = real.Count,
        };
    }

    private static double MeanOrZero(double[] values) => values.Length == 0 ? 0 : values.Average();

    /// <summary>The leaves of one map, renumbered 1..Count without gaps; 0 stays background.</summary>
    private sealed record Leaves(int[] IndexOfLabel, int[] Areas, int Count, long Foreground)
    {
        public static Leaves Of(LabelMap map)
        {
            IReadOnlyList<(ushort Label, int Area)> found = map.Areas();
            int[] indexOfLabel = new int[ushort.MaxValue + 1];
            int[] areas = new int[found.Count + 1];
            for (int i = 0; i < found.Count; i++)
            {
                indexOfLabel[found[i].Label] = i + 1;
                areas[i + 1] = found[i].Area;
            }

            return new Leaves(indexOfLabel, areas, found.Count, found.Sum(leaf => (long)leaf.Area));
        }
    }
}
