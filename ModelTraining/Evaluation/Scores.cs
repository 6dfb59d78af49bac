using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>All figures of one method over the pictures of a data set.</summary>
internal sealed record Scores
{
    private static readonly LeafSize[] Sizes = Enum.GetValues<LeafSize>();

    private static readonly (string Name, string Key, string Format)[] LeafFigures =
    [
        ("Symmetric Best Dice (SBD)", "sbd", "F3"),
        ("BestDice prediction -> truth", "bestDicePredictionTruth", "F3"),
        ("BestDice truth -> prediction", "bestDiceTruthPrediction", "F3"),
        ("|DiC|", "absoluteDic", "F2"),
        ("DiC", "dic", "+0.00;-0.00;0.00"),
        ("FgBgDice (FBD)", "fgBgDice", "F3"),
    ];

    public required int Pictures { get; init; }

    /// <summary>SBD, both BestDices, |DiC|, DiC, FBD: means over the pictures.</summary>
    public required IReadOnlyList<Figure> Leaves { get; init; }

    /// <summary>COCO's twelve, by the overlap of masks.</summary>
    public required IReadOnlyList<Figure> Masks { get; init; }

    /// <summary>COCO's twelve, by the overlap of boxes.</summary>
    public required IReadOnlyList<Figure> Boxes { get; init; }

    /// <summary>By size of the leaf once the picture's long side is 512 pixels.</summary>
    public required IReadOnlyList<SizeRow> SizesAtReference { get; init; }

    /// <summary>By size of the leaf in the picture's own pixels.</summary>
    public required IReadOnlyList<SizeRow> SizesInPixels { get; init; }

    /// <summary>Takes all figures, and their intervals by a seeded bootstrap over the pictures.</summary>
    /// <param name="pictures">One score a picture; at least one.</param>
    /// <param name="resamples">Draws of the bootstrap.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="drawn">Called after each draw, from any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Scores Of(IReadOnlyList<PictureScore> pictures, int resamples, ulong seed, Action drawn, CancellationToken cancellation)
    {
        CocoSet set = new()
        {
            // In the order of the list, which is that of the weights: COCO takes pictures by rising id.
            Pictures = [.. pictures.Select(p => (long)p.Index).Order()],
            Categories = [CocoLeaves.Category],
            Truths = [.. pictures.SelectMany(p => p.Truths)],
            Detections = [.. pictures.SelectMany(p => p.Detections)],
        };
        CocoMatches masks = CocoMatches.OfMasks(set);
        CocoMatches boxes = CocoMatches.OfBoxes(set);
        int[] once = [.. pictures.Select(_ => 1)];
        double[] values = Measure(pictures, masks, boxes, once);
        IReadOnlyList<(double, double)?> intervals = Bootstrap.Intervals(
            pictures.Count, weights => Measure(pictures, masks, boxes, weights), resamples, seed, drawn, cancellation);

        int next = 0;
        return new Scores
        {
            Pictures = pictures.Count,
            Leaves = [.. LeafFigures.Select(f => Take(f.Name, f.Key, f.Format))],
            Masks = [.. CocoScore.Names.Select(name => Take(name, name, "F3"))],
            Boxes = [.. CocoScore.Names.Select(name => Take(name, name, "F3"))],
            SizesAtReference = [.. Sizes.Select(size => Row(size, p => p.ReferenceScale))],
            SizesInPixels = [.. Sizes.Select(size => Row(size, _ => 1))],
        };

        Figure Take(string name, string key, string format)
        {
            int at = next++;
            bool measured = !double.IsNaN(values[at]);
            return new Figure(name, key, format, measured ? values[at] : null, measured ? intervals[at] : null);
        }

        SizeRow Row(LeafSize size, Func<PictureScore, double> scale) =>
            new(SizeScore(size, pictures, scale, once), Take("SBD", "sbd", "F3"));
    }

    private static double[] Measure(IReadOnlyList<PictureScore> pictures, CocoMatches masks, CocoMatches boxes, int[] weights) =>
    [
        DiceMean(s => s.Sbd, pictures, weights),
        DiceMean(s => s.BestDicePredictionTruth, pictures, weights),
        DiceMean(s => s.BestDiceTruthPrediction, pictures, weights),
        Mean(s => s.AbsoluteDic, pictures, weights),
        Mean(s => s.Dic, pictures, weights),
        DiceMean(s => s.FgBgDice, pictures, weights),
        .. CocoScore.Of(masks, weights).Figures.Select(MinusOneIsNothing),
        .. CocoScore.Of(boxes, weights).Figures.Select(MinusOneIsNothing),
        .. Sizes.Select(size => SizeScore(size, pictures, p => p.ReferenceScale, weights).Sbd ?? double.NaN),
        .. Sizes.Select(size => SizeScore(size, pictures, _ => 1, weights).Sbd ?? double.NaN),
    ];

    /// <summary>Over the pictures that have a leaf: finding nothing where nothing is would count as perfect.</summary>
    private static double DiceMean(Func<LeafScore, double> figure, IReadOnlyList<PictureScore> pictures, int[] weights) =>
        Mean(figure, pictures, [.. weights.Select((weight, i) => pictures[i].Score.TrueLeaves > 0 ? weight : 0)]);

    private static double Mean(Func<LeafScore, double> figure, IReadOnlyList<PictureScore> pictures, int[] weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * figure(pictures[i].Score);
        }

        int all = weights.Sum();
        return all > 0 ? sum / all : double.NaN;
    }

    private static LeafSizeScore SizeScore(
        LeafSize size, IReadOnlyList<PictureScore> pictures, Func<PictureScore, double> scale, int[] weights) =>
        LeafSizeScore.Of(size, pictures.Select((p, i) => (p.Leaves, scale(p), weights[i])));

    private static double MinusOneIsNothing(double figure) => figure < 0 ? double.NaN : figure;

    /// <summary>The leaves of one size; <paramref name="Sbd"/> is the smaller of the two ways, with its interval.</summary>
    internal sealed record SizeRow(LeafSizeScore Score, Figure Sbd);
}
