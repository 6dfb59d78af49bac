using LeafSeg.Common.Tracking;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>MOTA and identity switches (Bernardin and Stiefelhagen 2008), counted as TrackEval does, at an IoU of .5.</summary>
internal sealed record ClearScore
{
    private const double Threshold = .5;

    /// <summary>The distance from 1 to the next double.</summary>
    private const double Smallest = 2.220446049250313e-16;

    public required double TruePositives { get; init; }

    public required double FalseNegatives { get; init; }

    public required double FalsePositives { get; init; }

    /// <summary>How often a true leaf is found again under another identity than the time before.</summary>
    public required double IdentitySwitches { get; init; }

    /// <summary>How often a true leaf that was found before is found again, whichever its identity.</summary>
    public required double Steps { get; init; }

    /// <summary>Identities of the truth.</summary>
    public required int Leaves { get; init; }

    /// <summary>0 where nothing is true.</summary>
    public double Mota => TruePositives + FalseNegatives == 0 ? 0 : (TruePositives - FalsePositives - IdentitySwitches) / (TruePositives + FalseNegatives);

    /// <summary>The share of the steps from one sighting of a leaf to the next that keep its identity.</summary>
    public double RightStep => Steps == 0 ? 1 : 1 - (IdentitySwitches / Steps);

    public double SwitchesPerLeaf => IdentitySwitches / Math.Max(1, Leaves);

    public static ClearScore Of(IReadOnlyList<TrackFrame> frames)
    {
        Dictionary<int, int> last = [], inPictureBefore = [];
        HashSet<int> identities = [];
        double truePositives = 0, truths = 0, predictions = 0, switches = 0, steps = 0;
        foreach (TrackFrame frame in frames)
        {
            truths += frame.Truth.Length;
            predictions += frame.Predicted.Length;
            identities.UnionWith(frame.Truth);
            if (frame.Truth.Length == 0 || frame.Predicted.Length == 0)
            {
                // TrackEval does not forget the picture before over one that has nothing to pair.
                continue;
            }

            List<(int Truth, int Predicted)> pairs = Pairs(frame, inPictureBefore);
            inPictureBefore.Clear();
            foreach ((int truth, int predicted) in pairs)
            {
                if (last.TryGetValue(truth, out int before))
                {
                    steps++;
                    switches += before == predicted ? 0 : 1;
                }

                last[truth] = inPictureBefore[truth] = predicted;
            }

            truePositives += pairs.Count;
        }

        return new ClearScore
        {
            TruePositives = truePositives,
            FalseNegatives = truths - truePositives,
            FalsePositives = predictions - truePositives,
            IdentitySwitches = switches,
            Steps = steps,
            Leaves = identities.Count,
        };
    }

    public static ClearScore Combine(IReadOnlyList<ClearScore> scores) => new()
    {
        TruePositives = scores.Sum(score => score.TruePositives),
        FalseNegatives = scores.Sum(score => score.FalseNegatives),
        FalsePositives = scores.Sum(score => score.FalsePositives),
        IdentitySwitches = scores.Sum(score => score.IdentitySwitches),
        Steps = scores.Sum(score => score.Steps),
        Leaves = scores.Sum(score => score.Leaves),
    };

    /// <summary>Pairs of the picture before hold as long as they reach the threshold; the others are paired by similarity.</summary>
    private static List<(int Truth, int Predicted)> Pairs(TrackFrame frame, Dictionary<int, int> inPictureBefore)
    {
        double[,] cost = new double[frame.Truth.Length, frame.Predicted.Length];
        for (int i = 0; i < frame.Truth.Length; i++)
        {
            for (int j = 0; j < frame.Predicted.Length; j++)
            {
                bool held = inPictureBefore.TryGetValue(frame.Truth[i], out int before) && before == frame.Predicted[j];
                double similarity = frame.Similarity[i, j];
                cost[i, j] = similarity < Threshold - Smallest ? 0 : -(similarity + (held ? 1000 : 0));
            }
        }

        int[] columnOfRow = Assignment.Solve(cost);
        return
        [
            .. Enumerable.Range(0, frame.Truth.Length)
                .Where(i => columnOfRow[i] >= 0 && cost[i, columnOfRow[i]] < 0)
                .Select(i => (frame.Truth[i], frame.Predicted[columnOfRow[i]])),
        ];
    }
}
