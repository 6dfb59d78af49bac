using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>Found leaves against true ones, pasted and scored exactly as the agent pastes and counts them.</summary>
internal static class Scoring
{
    public static LeafScore Score(IReadOnlyList<LeafInstance> leaves, LabelMap truth) =>
        LeafScore.Compare(LeafMap.Paste(leaves, truth.Width, truth.Height), truth);
}
