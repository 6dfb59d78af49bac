namespace LeafSeg.Common.Tracking;

/// <summary>
/// How likely a leaf is there to be seen, after each picture in which it was found or not: Bayes' rule with the leaf's own
/// rate of sightings. A leaf that the model finds every other time is not gone at the first miss.
/// </summary>
internal static class LeafPresence
{
    /// <summary>A leaf that is there is found in at least this share of the pictures; one that is not, in this.</summary>
    private const double LeastHitRate = .4, FalseRate = .15;

    /// <summary>What one picture weighs in a leaf's rate of sightings.</summary>
    private const double HitRateGain = .15;

    /// <summary>Nothing is certain: a belief can always be turned.</summary>
    private const double Doubt = .02;

    /// <param name="score">The model's.</param>
    /// <param name="sure">There is no doubt of it.</param>
    public static double AtFirst(double score, bool sure) => sure ? .9 : Math.Clamp(.7 * score, .3, .7);

    public static LeafTrack Found(LeafTrack track) => track with
    {
        Presence = Updated(track.Presence, HitRate(track), FalseRate),
        HitRate = track.HitRate + (HitRateGain * (1 - track.HitRate)),
    };

    /// <summary>A miss counts for the rate as far as the leaf was there to be found.</summary>
    public static LeafTrack Missed(LeafTrack track) => track with
    {
        Presence = Updated(track.Presence, 1 - HitRate(track), 1 - FalseRate),
        HitRate = track.HitRate - (HitRateGain * track.Presence * track.HitRate),
    };

    private static double HitRate(LeafTrack track) => Math.Clamp(track.HitRate, LeastHitRate, .95);

    private static double Updated(double presence, double ifThere, double ifNot) =>
        Math.Clamp(presence * ifThere / ((presence * ifThere) + ((1 - presence) * ifNot)), Doubt, 1 - Doubt);
}
