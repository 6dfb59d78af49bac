namespace LeafSeg.Common.Tracking;

/// <summary>
/// How likely a leaf is there, after each picture in which it was found or not: a logistic function of the model's score, smoothed
/// over the pictures, with 0 where the leaf was not found. A leaf that the model finds every other time is not gone at the first
/// miss, and what it finds now and then with a low score is no leaf.
/// </summary>
internal static class LeafPresence
{
    /// <summary>The smoothed score after the first sighting.</summary>
    /// <param name="score">The model's.</param>
    /// <param name="sure">There is no doubt of it.</param>
    /// <param name="weights">What is expected of leaves.</param>
    public static double AtFirst(double score, bool sure, TrackingWeights weights) => sure ? score : weights.FirstSighting * score;

    public static LeafTrack Found(LeafTrack track, double score, TrackingWeights weights) =>
        track with { Score = track.Score + (weights.ScoreGain * (score - track.Score)) };

    public static LeafTrack Missed(LeafTrack track, TrackingWeights weights) => track with { Score = track.Score * (1 - weights.ScoreGain) };

    /// <summary>The chance that a leaf of this smoothed score is there, 0..1.</summary>
    public static double Of(double score, TrackingWeights weights) => 1 / (1 + Math.Exp((weights.PresentScore - score) / weights.ScoreSpread));
}
