using System.Runtime.InteropServices;
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

        IReadOnlyList<(ushort Label, int Area)> predicted = prediction.Areas();
        IReadOnlyList<(ushort Label, int Area)> real = truth.Areas();
        int[] predictedArea = ByLabel(predicted);
        int[] realArea = ByLabel(real);
        double[] bestOfPredicted = new double[ushort.MaxValue + 1];
        double[] bestOfReal = new double[ushort.MaxValue + 1];
        long sharedForeground = 0;
        foreach (((ushort p, ushort t), int pixels) in SharedPixels(prediction.Labels, truth.Labels))
        {
            if (p == 0 || t == 0)
            {
                continue;
            }

            sharedForeground += pixels;
            double dice = 2.0 * pixels / (predictedArea[p] + realArea[t]);
            bestOfPredicted[p] = Math.Max(bestOfPredicted[p], dice);
            bestOfReal[t] = Math.Max(bestOfReal[t], dice);
        }

        bool bothEmpty = predicted.Count == 0 && real.Count == 0;
        long foreground = predicted.Sum(leaf => (long)leaf.Area) + real.Sum(leaf => (long)leaf.Area);
        return new LeafScore
        {
            BestDicePredictionTruth = bothEmpty ? 1 : bestOfPredicted.Sum() / Math.Max(1, predicted.Count),
            BestDiceTruthPrediction = bothEmpty ? 1 : bestOfReal.Sum() / Math.Max(1, real.Count),
            FgBgDice = bothEmpty ? 1 : 2.0 * sharedForeground / foreground,
            PredictedLeaves = predicted.Count,
            TrueLeaves = real.Count,
        };
    }

    /// <summary>Pixels that each pair of labels has in common: one pass over the picture, one entry for each pair that meets.</summary>
    private static Dictionary<(ushort Predicted, ushort True), int> SharedPixels(ReadOnlySpan<ushort> predicted, ReadOnlySpan<ushort> real)
    {
        Dictionary<(ushort, ushort), int> shared = [];
        for (int start = 0, end; start < predicted.Length; start = end)
        {
            // Labels come in long runs: looking the pair up once a run makes the table cheap.
            (ushort p, ushort t) = (predicted[start], real[start]);
            for (end = start + 1; end < predicted.Length && predicted[end] == p && real[end] == t; end++)
            {
            }

            CollectionsMarshal.GetValueRefOrAddDefault(shared, (p, t), out _) += end - start;
        }

        return shared;
    }

    private static int[] ByLabel(IReadOnlyList<(ushort Label, int Area)> leaves)
    {
        int[] areas = new int[ushort.MaxValue + 1];
        foreach ((ushort label, int area) in leaves)
        {
            areas[label] = area;
        }

        return areas;
    }
}
