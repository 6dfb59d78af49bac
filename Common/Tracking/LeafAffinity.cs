using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>
/// How likely a leaf of a picture is a leaf known from before. The weights are log odds.
/// </summary>
/// <param name="centre">The plant's centre in the picture.</param>
/// <param name="motion">From the picture before to this one.</param>
/// <param name="days">Since the picture before.</param>
/// <param name="weights">What is expected of leaves.</param>
internal sealed class LeafAffinity(PicturePoint centre, Similarity motion, double days, TrackingWeights weights)
{
    /// <summary>Longer gaps leave no less certain a place.</summary>
    private const double MostDays = 5;

    private readonly double along = weights.Along + (weights.AlongADay * Math.Min(MostDays, days)), across = weights.Across + (weights.AcrossADay * Math.Min(MostDays, days));

    /// <summary>1 for a leaf that has not changed; a pair of less than 0 is no pair.</summary>
    /// <param name="track">The leaf known, before the motion.</param>
    /// <param name="leaf">The leaf seen.</param>
    /// <param name="hits">How many of the points of the leaf known lie on the leaf seen.</param>
    public double Of(ExpectedLeaf track, LeafSighting leaf, int hits)
    {
        double area = track.Area * motion.Scale * motion.Scale;
        double change = Math.Log(leaf.AreaPx / area);
        change /= change > 0 ? weights.Larger + track.LogDeviation : weights.Smaller + (weights.SmallerGrowth * track.LogDeviation);
        // What is left of a leaf that others cover lies within it, and a leaf that has grown holds what it was.
        double part = Math.Min(1, hits / (double)track.Points.Count * area / Math.Min(area, leaf.AreaPx));
        double odds = weights.Bias + (weights.Overlap * Overlap(hits, track, area, leaf)) + (weights.Part * part)
            - (.5 * Math.Min(weights.MostPlace, Place(track, leaf, area))) - (.5 * Math.Min(weights.MostChange, change * change))
            - (track.Shown ? 0 : weights.Hidden);
        return odds / (weights.Bias + weights.Overlap + weights.Part);
    }

    /// <summary>Pixels that both have, over the geometric mean of their areas.</summary>
    public static double Overlap(int hits, ExpectedLeaf track, double area, LeafSighting leaf) =>
        Math.Min(1, hits / (double)track.Points.Count * Math.Sqrt(area / leaf.AreaPx));

    /// <summary>
    /// Squared distance from the place expected, in deviations. Leaves grow outwards and hardly sideways: a step along the line
    /// from the centre says less than one across it.
    /// </summary>
    private double Place(ExpectedLeaf track, LeafSighting leaf, double area)
    {
        PicturePoint expected = motion.Apply(Rosette.Middle(track.Points));
        double size = Math.Sqrt(Math.Sqrt(area * leaf.AreaPx));
        (double outX, double outY) = (expected.X - centre.X, expected.Y - centre.Y);
        double radius = Math.Sqrt((outX * outX) + (outY * outY));
        (outX, outY) = radius < 1e-6 ? (1, 0) : (outX / radius, outY / radius);
        (double dx, double dy) = ((leaf.Centroid.X - expected.X) / size, (leaf.Centroid.Y - expected.Y) / size);
        double outwards = ((dx * outX) + (dy * outY)) / along, sideways = ((dy * outX) - (dx * outY)) / across;
        return (outwards * outwards) + (sideways * sideways);
    }
}
