using LeafSeg.Common.Tracking;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>
/// Higher order tracking accuracy (Luiten et al. 2021), counted as TrackEval does: the mean over 19 thresholds of similarity,
/// .05 to .95.
/// </summary>
internal sealed record HotaScore
{
    private const int Thresholds = 19;

    /// <summary>[19] Pairs whose similarity reaches the threshold.</summary>
    public required double[] TruePositives { get; init; }

    public required double[] FalseNegatives { get; init; }

    public required double[] FalsePositives { get; init; }

    /// <summary>[19] Association accuracy at each threshold.</summary>
    public required double[] AssociationAt { get; init; }

    /// <summary>Geometric mean of detection and association accuracy.</summary>
    public double Hota => Mean(a => Math.Sqrt(DetectionAt(a) * AssociationAt[a]));

    public double DetA => Mean(DetectionAt);

    public double AssA => Mean(a => AssociationAt[a]);

    public static HotaScore Of(IReadOnlyList<TrackFrame> frames)
    {
        TrackIndex truth = new(frames.Select(frame => frame.Truth)), predicted = new(frames.Select(frame => frame.Predicted));
        double[] truePositives = new double[Thresholds], association = new double[Thresholds];
        double[,] alignment = Alignment(frames, truth, predicted);
        double[][,] matches = [.. Enumerable.Range(0, Thresholds).Select(_ => new double[truth.Count, predicted.Count])];
        foreach (TrackFrame frame in frames.Where(frame => frame.Truth.Length > 0 && frame.Predicted.Length > 0))
        {
            (int[] rows, int[] columns) = (truth.NumbersOf(frame.Truth), predicted.NumbersOf(frame.Predicted));
            double[,] cost = new double[rows.Length, columns.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < columns.Length; j++)
                {
                    cost[i, j] = -alignment[rows[i], columns[j]] * frame.Similarity[i, j];
                }
            }

            int[] columnOfRow = Assignment.Solve(cost);
            for (int i = 0; i < rows.Length; i++)
            {
                if (columnOfRow[i] is >= 0 and var j)
                {
                    for (int a = 0; a < Thresholds && Reaches(frame.Similarity[i, j], a); a++)
                    {
                        truePositives[a]++;
                        matches[a][rows[i], columns[j]]++;
                    }
                }
            }
        }

        double truths = truth.Pictures.Sum(), predictions = predicted.Pictures.Sum();
        for (int a = 0; a < Thresholds; a++)
        {
            for (int i = 0; i < truth.Count; i++)
            {
                for (int j = 0; j < predicted.Count; j++)
                {
                    double count = matches[a][i, j];
                    association[a] += count * count / Math.Max(1, truth.Pictures[i] + predicted.Pictures[j] - count);
                }
            }

            association[a] /= Math.Max(1, truePositives[a]);
        }

        return new HotaScore
        {
            TruePositives = truePositives,
            FalseNegatives = [.. truePositives.Select(count => truths - count)],
            FalsePositives = [.. truePositives.Select(count => predictions - count)],
            AssociationAt = association,
        };
    }

    /// <summary>All time lapses together: detections are summed, association is weighted by them.</summary>
    public static HotaScore Combine(IReadOnlyList<HotaScore> scores)
    {
        double[] Sum(Func<HotaScore, double[]> of) => [.. Enumerable.Range(0, Thresholds).Select(a => scores.Sum(score => of(score)[a]))];
        double[] truePositives = Sum(score => score.TruePositives);
        return new HotaScore
        {
            TruePositives = truePositives,
            FalseNegatives = Sum(score => score.FalseNegatives),
            FalsePositives = Sum(score => score.FalsePositives),
            AssociationAt = [.. Enumerable.Range(0, Thresholds).Select(a =>
                scores.Sum(score => score.AssociationAt[a] * score.TruePositives[a]) / Math.Max(1, truePositives[a]))],
        };
    }

    /// <summary>How well two identities fit over the whole time lapse, before leaves are paired one to one.</summary>
    private static double[,] Alignment(IReadOnlyList<TrackFrame> frames, TrackIndex truth, TrackIndex predicted)
    {
        double[,] alignment = new double[truth.Count, predicted.Count];
        foreach (TrackFrame frame in frames)
        {
            (int[] rows, int[] columns) = (truth.NumbersOf(frame.Truth), predicted.NumbersOf(frame.Predicted));
            double[] ofRow = new double[rows.Length], ofColumn = new double[columns.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < columns.Length; j++)
                {
                    ofRow[i] += frame.Similarity[i, j];
                    ofColumn[j] += frame.Similarity[i, j];
                }
            }

            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < columns.Length; j++)
                {
                    double either = ofRow[i] + ofColumn[j] - frame.Similarity[i, j];
                    alignment[rows[i], columns[j]] += either > Smallest ? frame.Similarity[i, j] / either : 0;
                }
            }
        }

        for (int i = 0; i < truth.Count; i++)
        {
            for (int j = 0; j < predicted.Count; j++)
            {
                alignment[i, j] /= truth.Pictures[i] + predicted.Pictures[j] - alignment[i, j];
            }
        }

        return alignment;
    }

    /// <summary>Thresholds are multiples of .05 as NumPy's arange makes them.</summary>
    private static bool Reaches(double similarity, int threshold) => similarity >= .05 + (threshold * .05) - Smallest;

    /// <summary>The distance from 1 to the next double.</summary>
    private const double Smallest = 2.220446049250313e-16;

    private double DetectionAt(int a) => TruePositives[a] / Math.Max(1, TruePositives[a] + FalseNegatives[a] + FalsePositives[a]);

    private static double Mean(Func<int, double> at) => Enumerable.Range(0, Thresholds).Average(at);
}
