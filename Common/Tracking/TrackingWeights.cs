namespace LeafSeg.Common.Tracking;

/// <summary>
/// What a tracker expects of leaves. The numbers are fitted to rendered time lapses alone, by <c>LeafSeg.Benchmarks
/// tracking-fit</c>: no picture of a real plant has a part in them.
/// </summary>
internal sealed record TrackingWeights
{
    public static TrackingWeights Fitted { get; } = new();

    /// <summary>Log odds that a leaf of a picture is a leaf known from before, where nothing else is known.</summary>
    public double Bias { get; init; } = 1.804;

    /// <summary>Log odds of full overlap, and of one leaf within the other.</summary>
    public double Overlap { get; init; } = 3.9;

    public double Part { get; init; } = .962;

    /// <summary>A leaf that was not seen with the others is less likely than one that was.</summary>
    public double Hidden { get; init; } = .196;

    /// <summary>No place and no area is so unlikely that overlap could not outweigh it.</summary>
    public double MostPlace { get; init; } = 3.489;

    public double MostChange { get; init; } = 5.872;

    /// <summary>Deviation of a leaf's place along the line from the plant's centre, in the root of its area, and what a day adds.</summary>
    public double Along { get; init; } = 1.122;

    public double AlongADay { get; init; } = .059;

    /// <summary>The same across that line.</summary>
    public double Across { get; init; } = .551;

    public double AcrossADay { get; init; } = .092;

    /// <summary>Deviation of the logarithm of the area of a leaf that is larger than expected; the growth's own is added.</summary>
    public double Larger { get; init; } = 1.304;

    /// <summary>Of one that is smaller: others may cover it.</summary>
    public double Smaller { get; init; } = 1.111;

    public double SmallerGrowth { get; init; } = .811;

    /// <summary>Deviation of the logarithm of one measured area: other leaves cover more of a leaf or less.</summary>
    public double Measured { get; init; } = .168;

    /// <summary>Deviations that a day adds to the logarithm of the area and to the growth rate.</summary>
    public double LogWalk { get; init; } = .14;

    public double RateWalk { get; init; } = .206;

    /// <summary>The growth rate a day of a leaf that has just appeared, how it falls with the leaf's share of the plant's largest, and the deviation of such a guess.</summary>
    public double YoungRate { get; init; } = .737;

    public double YoungPower { get; init; } = 1.297;

    public double RateDeviation { get; init; } = .115;

    /// <summary>What one picture weighs in a leaf's smoothed score; a first sighting that is not sure counts by this share.</summary>
    public double ScoreGain { get; init; } = .389;

    public double FirstSighting { get; init; } = .586;

    /// <summary>
    /// From this smoothed score on a leaf is more likely there than not, and how wide the doubt about it is. Not fitted: a leaf that the
    /// model finds in every picture, however low its score above the model's threshold, is to count.
    /// </summary>
    public double PresentScore { get; init; } = .48;

    public double ScoreSpread { get; init; } = .09;
}
