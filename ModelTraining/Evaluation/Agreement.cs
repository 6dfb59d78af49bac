namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>
/// How far a measured quantity is off: the mean difference (bias) and the limits between which 95 of 100 differences lie
/// (Bland and Altman 1986).
/// </summary>
internal sealed record Agreement
{
    private const double Normal95 = 1.96;

    public required string Name { get; init; }

    /// <summary>What a point is: "picture", "leaf found".</summary>
    public required string PointName { get; init; }

    /// <summary>True and measured, one of each picture or leaf.</summary>
    public required IReadOnlyList<(double True, double Found)> Points { get; init; }

    /// <summary>Mean of found minus true; not a number where there is no point.</summary>
    public double Bias => Points.Count == 0 ? double.NaN : Points.Average(point => point.Found - point.True);

    /// <summary>Bias as a share of the mean of what is true.</summary>
    public double RelativeBias => Points.Count == 0 ? double.NaN : Bias / Math.Max(double.Epsilon, Points.Average(point => point.True));

    /// <summary>Bias ± 1.96 standard deviations of the differences; null below two points.</summary>
    public (double Low, double High)? Limits
    {
        get
        {
            if (Points.Count < 2)
            {
                return null;
            }

            double bias = Bias, squares = Points.Sum(point => Math.Pow(point.Found - point.True - bias, 2));
            double reach = Normal95 * Math.Sqrt(squares / (Points.Count - 1));
            return (bias - reach, bias + reach);
        }
    }

    /// <summary>Leaf count and plant area of each picture, area of each leaf that was found.</summary>
    public static IReadOnlyList<Agreement> Of(IReadOnlyList<PictureScore> pictures) =>
    [
        new() { Name = "Leaves of a picture", PointName = "picture", Points = [.. pictures.Select(picture => ((double)picture.Matches.TrueLeaves, (double)picture.Matches.FoundLeaves))] },
        new() { Name = "Plant area of a picture, px", PointName = "picture", Points = [.. pictures.Select(picture => ((double)picture.Matches.TrueArea, (double)picture.Matches.FoundArea))] },
        new() { Name = "Area of a leaf, px", PointName = "matched leaf", Points = [.. pictures.SelectMany(picture => picture.Matches.Pairs).Select(pair => ((double)pair.TrueArea, (double)pair.FoundArea))] },
    ];
}
