namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// COCO's average precision and recall (Lin et al. 2014), equal to pycocotools'. Every figure is 0..1, or -1 where there is
/// nothing to measure.
/// </summary>
public sealed class CocoScore
{
    private const double NeverZero = 2.220446049250313e-16;
    private const int All = 0;
    private const int Small = 1;
    private const int Medium = 2;
    private const int Large = 3;

    private readonly double[] precision;
    private readonly double[] recall;
    private readonly int categories;

    private CocoScore(double[] precision, double[] recall, int categories)
    {
        this.precision = precision;
        this.recall = recall;
        this.categories = categories;
        int most = CocoRules.DetectionLimits.Length - 1;
        Range every = ..CocoRules.IoUThresholds.Length;
        Ap = MeanPrecision(every, All, most);
        Ap50 = MeanPrecision(0..1, All, most);
        Ap75 = MeanPrecision(5..6, All, most);
        ApSmall = MeanPrecision(every, Small, most);
        ApMedium = MeanPrecision(every, Medium, most);
        ApLarge = MeanPrecision(every, Large, most);
        Ar1 = MeanRecall(every, All, 0);
        Ar10 = MeanRecall(every, All, 1);
        Ar100 = MeanRecall(every, All, most);
        ArSmall = MeanRecall(every, Small, most);
        ArMedium = MeanRecall(every, Medium, most);
        ArLarge = MeanRecall(every, Large, most);
    }

    /// <summary>The names of the twelve figures in pycocotools' order, as <see cref="Figures"/> gives them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    /// <summary>Average precision over IoU .50 to .95, up to 100 detections a picture.</summary>
    public double Ap { get; }

    /// <summary>Average precision at IoU .50.</summary>
    public double Ap50 { get; }

    /// <summary>Average precision at IoU .75.</summary>
    public double Ap75 { get; }

    /// <summary>Of objects up to 32² pixels.</summary>
    public double ApSmall { get; }

    /// <summary>Of objects from 32² to 96² pixels.</summary>
    public double ApMedium { get; }

    /// <summary>Of objects from 96² pixels.</summary>
    public double ApLarge { get; }

    /// <summary>Average recall with one detection a picture.</summary>
    public double Ar1 { get; }

    public double Ar10 { get; }

    public double Ar100 { get; }

    public double ArSmall { get; }

    public double ArMedium { get; }

    public double ArLarge { get; }

    /// <summary>All twelve, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Figures =>
        [Ap, Ap50, Ap75, ApSmall, ApMedium, ApLarge, Ar1, Ar10, Ar100, ArSmall, ArMedium, ArLarge];

    /// <summary>The figures over all pictures.</summary>
    public static CocoScore Of(CocoMatches matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        int[] once = new int[matches.PictureCount];
        Array.Fill(once, 1);
        return Take(matches, once, (_, _) => true);
    }

    /// <summary>The figures over a choice of pictures.</summary>
    /// <param name="matches">Of all pictures.</param>
    /// <param name="weights">How often each picture counts, by rising id: as if so many like it were there.</param>
    public static CocoScore Of(CocoMatches matches, ReadOnlySpan<int> weights)
    {
        ArgumentNullException.ThrowIfNull(matches);
        if (weights.Length != matches.PictureCount)
        {
            throw new ArgumentException($"{weights.Length} weights for {matches.PictureCount} pictures.", nameof(weights));
        }

        // Only what the twelve figures need: sizes with all detections, fewer detections for all sizes.
        return Take(matches, weights, (area, limit) => area == All || limit == CocoRules.DetectionLimits.Length - 1);
    }

    /// <summary>Mean over recall points and categories at some thresholds; -1 where nothing was measured.</summary>
    internal double MeanPrecision(Range thresholds, int area, int limit) =>
        Mean(precision, thresholds, area, limit, categories * CocoRules.RecallPoints.Length);

    /// <summary>Mean over categories at some thresholds; -1 where nothing was measured.</summary>
    internal double MeanRecall(Range thresholds, int area, int limit) => Mean(recall, thresholds, area, limit, categories);

    /// <summary>The 101 points of a category at one threshold: all areas, up to 100 detections.</summary>
    internal ReadOnlySpan<double> PrecisionCurve(int category, int threshold)
    {
        int points = CocoRules.RecallPoints.Length;
        return precision.AsSpan((Place(threshold, All, CocoRules.DetectionLimits.Length - 1, categories) + category) * points, points);
    }

    private static CocoScore Take(CocoMatches matches, ReadOnlySpan<int> weights, Func<int, int, bool> wanted)
    {
        (int thresholds, int points) = (CocoRules.IoUThresholds.Length, CocoRules.RecallPoints.Length);
        (int areas, int limits) = (CocoRules.Areas.Length, CocoRules.DetectionLimits.Length);
        int categories = matches.Categories.Count;
        double[] recall = new double[thresholds * areas * limits * categories];
        double[] precision = new double[recall.Length * points];
        List<int> outcomes = [];
        for (int at = 0; at < recall.Length; at++)
        {
            (int category, int rest) = (at % categories, at / categories);
            (int limit, int area, int threshold) = (rest % limits, rest / limits % areas, rest / limits / areas);
            if (!wanted(area, limit))
            {
                continue;
            }

            long objects = matches.Walk(category, area, CocoRules.DetectionLimits[limit], threshold, weights, outcomes);
            recall[at] = Accumulate(outcomes, objects, precision.AsSpan(at * points, points));
        }

        return new CocoScore(precision, recall, categories);
    }

    private static double Mean(double[] values, Range thresholds, int area, int limit, int width)
    {
        double sum = 0;
        int count = 0;
        (int first, int length) = thresholds.GetOffsetAndLength(CocoRules.IoUThresholds.Length);
        for (int threshold = first; threshold < first + length; threshold++)
        {
            foreach (double value in values.AsSpan(Place(threshold, area, limit, width), width))
            {
                if (value > -1)
                {
                    sum += value;
                    count++;
                }
            }
        }

        return count == 0 ? -1 : sum / count;
    }

    private static int Place(int threshold, int area, int limit, int width) =>
        ((((threshold * CocoRules.Areas.Length) + area) * CocoRules.DetectionLimits.Length) + limit) * width;

    /// <summary>Precision at each recall point, never rising; the last recall is returned.</summary>
    private static double Accumulate(List<int> outcomes, long objects, Span<double> curve)
    {
        if (objects == 0)
        {
            curve.Fill(-1);
            return -1;
        }

        double[] precisions = new double[outcomes.Count];
        double[] recalls = new double[outcomes.Count];
        double right = 0, wrong = 0;
        for (int i = 0; i < outcomes.Count; i++)
        {
            right += Math.Max(0, outcomes[i]);
            wrong += Math.Max(0, -outcomes[i]);
            recalls[i] = right / objects;
            precisions[i] = right / (right + wrong + NeverZero);
        }

        for (int i = precisions.Length - 1; i > 0; i--)
        {
            precisions[i - 1] = Math.Max(precisions[i - 1], precisions[i]);
        }

        int place = 0;
        for (int point = 0; point < curve.Length; point++)
        {
            while (place < recalls.Length && recalls[place] < CocoRules.RecallPoints[point])
            {
                place++;
            }

            curve[point] = place < precisions.Length ? precisions[place] : 0;
        }

        return recalls.Length == 0 ? 0 : recalls[^1];
    }
}
