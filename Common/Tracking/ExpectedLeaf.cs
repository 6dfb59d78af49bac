using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>A known leaf as it is expected in the next picture.</summary>
/// <param name="Points">Pixels spread evenly over it.</param>
/// <param name="Area">Pixels.</param>
/// <param name="LogDeviation">Standard deviation of the logarithm of the area.</param>
/// <param name="Shown">It was among those seen last: it should be found again.</param>
/// <param name="Confirmed">It is certain that there is such a leaf.</param>
internal sealed record ExpectedLeaf(IReadOnlyList<PicturePoint> Points, double Area, double LogDeviation, bool Shown, bool Confirmed)
{
    /// <summary>A leaf grows from its base: its tip moves away from the plant's centre as its length grows, with the root of its area.</summary>
    public static ExpectedLeaf Of(LeafTrack track, PicturePoint centre, double days, bool shown, TrackingWeights weights)
    {
        GrowthFilter then = track.Growth.After(days, weights);
        double grown = Math.Clamp(then.Log - track.Growth.Log, -.5, 2), stretch = Math.Exp(grown / 2);
        return new ExpectedLeaf(
            [.. track.Points.Select(p => new PicturePoint(centre.X + (stretch * (p.X - centre.X)), centre.Y + (stretch * (p.Y - centre.Y))))],
            track.Area * Math.Exp(grown), Math.Sqrt(then.LogVariance), shown, track.Id > 0);
    }
}
