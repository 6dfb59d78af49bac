using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>One picture of a time lapse: the true leaves, and those that a tracker sees.</summary>
internal sealed record LapsePicture
{
    /// <summary>Identities of the true leaves.</summary>
    public required int[] Truth { get; init; }

    /// <summary>Pixels of each true leaf.</summary>
    public required int[] TrueAreas { get; init; }

    /// <summary>The leaves found: label n is leaf n.</summary>
    public required LabelMap Found { get; init; }

    /// <summary>Measured on <see cref="Found"/>; leaves in the order of the sighting.</summary>
    public required PlantTraits Traits { get; init; }

    /// <summary>The leaves as they were found.</summary>
    public required PlantSighting Sighting { get; init; }

    /// <summary>[true leaves, leaves found] IoU of the masks.</summary>
    public required double[,] Iou { get; init; }

    /// <param name="time">When it was taken.</param>
    /// <param name="truth">A label is a leaf's identity.</param>
    /// <param name="found">Label n is the n-th leaf found.</param>
    /// <param name="scores">Of the leaves found; null: 1 for all.</param>
    public static LapsePicture Of(DateTimeOffset time, LabelMap truth, LabelMap found, IReadOnlyList<float>? scores)
    {
        (ushort Label, int Area)[] leaves = [.. truth.Areas()];
        PlantTraits traits = PlantTraits.Measure(found);
        PlantSighting sighting = PlantSighting.Of(
            time, found, PlantPlace.Whole(found), traits, scores is null ? null : leaf => scores[leaf - 1]);
        Dictionary<int, int> row = leaves.Select((leaf, i) => (leaf.Label, i)).ToDictionary(pair => (int)pair.Label, pair => pair.i);
        Dictionary<int, int> column = sighting.Leaves.Select((leaf, j) => (leaf.Leaf, j)).ToDictionary(pair => pair.Leaf, pair => pair.j);
        double[,] iou = new double[leaves.Length, sighting.Leaves.Count];
        for (int pixel = 0; pixel < truth.Labels.Length; pixel++)
        {
            if (truth.Labels[pixel] is > 0 and var leaf && found.Labels[pixel] is > 0 and var seen)
            {
                iou[row[leaf], column[seen]]++;
            }
        }

        for (int i = 0; i < leaves.Length; i++)
        {
            for (int j = 0; j < sighting.Leaves.Count; j++)
            {
                iou[i, j] /= leaves[i].Area + sighting.Leaves[j].AreaPx - iou[i, j];
            }
        }

        return new LapsePicture
        {
            Truth = [.. leaves.Select(leaf => (int)leaf.Label)],
            TrueAreas = [.. leaves.Select(leaf => leaf.Area)],
            Found = found,
            Traits = traits,
            Sighting = sighting,
            Iou = iou,
        };
    }
}
