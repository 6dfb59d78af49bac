using LeafSeg.Common.Tracking;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>IDF1 (Ristani et al. 2016), counted as TrackEval does, at an IoU of .5: each true identity is paired with one predicted identity for good.</summary>
internal sealed record IdentityScore
{
    private const double Threshold = .5;

    public required double TruePositives { get; init; }

    public required double FalseNegatives { get; init; }

    public required double FalsePositives { get; init; }

    public double Idf1 => TruePositives / Math.Max(1, TruePositives + (.5 * FalsePositives) + (.5 * FalseNegatives));

    public static IdentityScore Of(IReadOnlyList<TrackFrame> frames)
    {
        TrackIndex truth = new(frames.Select(frame => frame.Truth)), predicted = new(frames.Select(frame => frame.Predicted));
        double[,] together = new double[truth.Count, predicted.Count];
        foreach (TrackFrame frame in frames)
        {
            (int[] rows, int[] columns) = (truth.NumbersOf(frame.Truth), predicted.NumbersOf(frame.Predicted));
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < columns.Length; j++)
                {
                    together[rows[i], columns[j]] += frame.Similarity[i, j] >= Threshold ? 1 : 0;
                }
            }
        }

        // An identity left alone costs nothing less than one paired where nothing is shared: the most shared is the least cost.
        double[,] cost = new double[truth.Count, predicted.Count];
        for (int i = 0; i < truth.Count; i++)
        {
            for (int j = 0; j < predicted.Count; j++)
            {
                cost[i, j] = -together[i, j];
            }
        }

        double shared = Assignment.Solve(cost).Select((column, row) => column < 0 ? 0 : together[row, column]).Sum();
        return new IdentityScore
        {
            TruePositives = shared,
            FalseNegatives = truth.Pictures.Sum() - shared,
            FalsePositives = predicted.Pictures.Sum() - shared,
        };
    }

    public static IdentityScore Combine(IReadOnlyList<IdentityScore> scores) => new()
    {
        TruePositives = scores.Sum(score => score.TruePositives),
        FalseNegatives = scores.Sum(score => score.FalseNegatives),
        FalsePositives = scores.Sum(score => score.FalsePositives),
    };
}
