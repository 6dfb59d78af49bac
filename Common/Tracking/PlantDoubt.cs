using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>How unsure a model is of one plant in one picture.</summary>
public static class PlantDoubt
{
    /// <summary>
    /// <see cref="Doubt"/> of the plant's leaves. Where none is found, earlier pictures decide: an empty pot in which no leaf was ever
    /// found is certain, one whose plant has vanished is not.
    /// </summary>
    /// <param name="traits">Which leaves have pixels.</param>
    /// <param name="leaves">As the model found them: leaf n is <c>leaves[n - 1]</c>.</param>
    /// <param name="labels">Of the whole picture.</param>
    /// <param name="firstLabel">The label of leaf 1.</param>
    /// <param name="tracked">Null: the plant is not followed.</param>
    /// <returns>0, sure, to 1.</returns>
    public static double Of(PlantTraits traits, IReadOnlyList<LeafInstance> leaves, LabelMap labels, int firstLabel, TrackedPlant? tracked)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(leaves);
        return traits.Leaves.Count == 0 && tracked is { Count.Count: 0 }
            ? 0
            : Doubt.Of(traits.Leaves.Select(leaf => (leaves[leaf.Leaf - 1], firstLabel + leaf.Leaf - 1, leaf.AreaPx)), labels);
    }
}
