using LeafSeg.Common.Tracking;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>What a tracker says of one picture.</summary>
/// <param name="Ids">Identity of each leaf of the sighting; null: none yet.</param>
/// <param name="Count">How many leaves the plant has.</param>
internal sealed record IdentifiedPicture(IReadOnlyList<int?> Ids, int Count)
{
    /// <summary>Leaves of one plant and of the plant that replaced it are not the same.</summary>
    private const int IdsPerSeries = 10_000;

    public static IdentifiedPicture Of(TrackedPlant plant) =>
        new([.. plant.Leaves.Select(leaf => leaf.Id + (plant.Series * IdsPerSeries))], plant.Count.Count);
}
