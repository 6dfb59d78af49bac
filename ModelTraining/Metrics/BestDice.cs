using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>What every leaf of two label maps has found in the other: all leaf scores are taken from this.</summary>
public sealed record BestDice
{
    /// <summary>Rising by label.</summary>
    public required IReadOnlyList<LeafDice> Predicted { get; init; }

    /// <summary>Rising by label.</summary>
    public required IReadOnlyList<LeafDice> True { get; init; }

    /// <summary>Pixels that are leaf in both maps, whichever leaf.</summary>
    public required long SharedForeground { get; init; }

    /// <param name="prediction">Labels may have gaps and any order.</param>
    /// <param name="truth">Of the same size.</param>
    /// <exception cref="ArgumentException">The maps differ in size.</exception>
    public static BestDice Of(LabelMap prediction, LabelMap truth)
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

        return new BestDice
        {
            Predicted = [.. predicted.Select(leaf => new LeafDice(leaf.Label, leaf.Area, bestOfPredicted[leaf.Label]))],
            True = [.. real.Select(leaf => new LeafDice(leaf.Label, leaf.Area, bestOfReal[leaf.Label]))],
            SharedForeground = sharedForeground,
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
