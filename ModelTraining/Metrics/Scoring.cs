using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>Found leaves against true ones, pasted and scored exactly as the agent pastes and counts them.</summary>
internal static class Scoring
{
    /// <param name="leaves">What was found.</param>
    /// <param name="truth">The true leaves.</param>
    /// <param name="ignored">See <see cref="IgnoredRegions"/>; null: none.</param>
    public static LeafScore Score(IReadOnlyList<LeafInstance> leaves, LabelMap truth, LabelMap? ignored = null) =>
        LeafScore.Compare(IgnoredRegions.Without(LeafMap.Paste(leaves, truth.Width, truth.Height), truth, ignored), truth);
}
