namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// How well the leaves of one size were found. Unlike in <see cref="LeafScore"/> each leaf weighs the same, whichever
/// picture it is in: many pictures have one small leaf or none.
/// </summary>
/// <remarks>
/// A leaf's size is measured in its own map: a true leaf goes by its true area, a predicted one by its predicted area, and
/// each is compared with leaves of all sizes of the other map. So a small leaf that is missed lowers one way, a small leaf
/// that is invented the other.
/// </remarks>
public sealed record LeafSizeScore
{
    /// <summary>Long side of a picture after scaling, where sizes of pictures of any resolution are to be compared.</summary>
    public const int ReferenceSide = 512;

    private const double SmallBelow = 32 * 32;
    private const double MediumBelow = 96 * 96;

    public required LeafSize Size { get; init; }

    public required int TrueLeaves { get; init; }

    public required int PredictedLeaves { get; init; }

    /// <summary>Mean over the true leaves of this size of the largest Dice with any predicted leaf; null without such leaves.</summary>
    public required double? BestDiceTruthPrediction { get; init; }

    /// <summary>Mean over the predicted leaves of this size of the largest Dice with any true leaf; null without such leaves.</summary>
    public required double? BestDicePredictionTruth { get; init; }

    /// <summary>The smaller of the two ways. No leaf of this size in either map: null. In one of them only: 0, as with SBD.</summary>
    public double? Sbd => TrueLeaves == 0 && PredictedLeaves == 0
        ? null
        : Math.Min(BestDiceTruthPrediction ?? 0, BestDicePredictionTruth ?? 0);

    /// <param name="areaPx">Pixels of the leaf.</param>
    /// <param name="scale">What a length in the picture is multiplied by before the area is judged; 1: pixels as they are.</param>
    public static LeafSize SizeOf(int areaPx, double scale)
    {
        double area = areaPx * scale * scale;
        return area < SmallBelow ? LeafSize.Small : area < MediumBelow ? LeafSize.Medium : LeafSize.Large;
    }

    /// <summary>What scales a picture's long side to <see cref="ReferenceSide"/>.</summary>
    public static double ReferenceScale(int width, int height) => ReferenceSide / (double)Math.Max(width, height);

    /// <summary>Scores the leaves of one size.</summary>
    /// <param name="size">The size.</param>
    /// <param name="pictures">What the leaves of each picture found, the scale of its lengths, and how often it counts.</param>
    public static LeafSizeScore Of(LeafSize size, IEnumerable<(BestDice Dice, double Scale, int Weight)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        (int Count, double Sum) real = default;
        (int Count, double Sum) predicted = default;
        foreach ((BestDice dice, double scale, int weight) in pictures)
        {
            Add(ref real, dice.True, scale, weight);
            Add(ref predicted, dice.Predicted, scale, weight);
        }

        return new LeafSizeScore
        {
            Size = size,
            TrueLeaves = real.Count,
            PredictedLeaves = predicted.Count,
            BestDiceTruthPrediction = real.Count == 0 ? null : real.Sum / real.Count,
            BestDicePredictionTruth = predicted.Count == 0 ? null : predicted.Sum / predicted.Count,
        };

        void Add(ref (int Count, double Sum) sums, IReadOnlyList<LeafDice> leaves, double scale, int weight)
        {
            foreach (LeafDice leaf in leaves)
            {
                if (SizeOf(leaf.Area, scale) == size)
                {
                    sums = (sums.Count + weight, sums.Sum + (weight * leaf.Best));
                }
            }
        }
    }
}
