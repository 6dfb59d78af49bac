namespace LeafSeg.Common.Tracking;

/// <summary>What one picture of a plant adds to what is known of it.</summary>
public sealed record TrackedPlant
{
    /// <summary>Counts the plants in this place, from 1.</summary>
    public required int Series { get; init; }

    /// <summary>One for each leaf of the sighting, in its order.</summary>
    public required IReadOnlyList<TrackedLeaf> Leaves { get; init; }

    /// <summary>The leaf count as all pictures so far have it.</summary>
    public required LeafCount Count { get; init; }

    /// <summary>Of the plant's area over the last five days; null where less than a day is known.</summary>
    public required double? RelativeGrowthRatePerDay { get; init; }

    /// <summary>In the order in which they are to be reported.</summary>
    public required IReadOnlyList<TrackEvent> Events { get; init; }
}

/// <summary>The identity of one leaf of a picture.</summary>
/// <param name="Leaf">Its number within the picture.</param>
/// <param name="Id">From 1, never used again within a series; null while it is not certain that it is a leaf of this plant.</param>
/// <param name="Born">Its first sighting; null where it was there when the series began, or has no identity.</param>
public readonly record struct TrackedLeaf(int Leaf, int? Id, DateTimeOffset? Born);

/// <summary>Something that happened to a plant.</summary>
/// <param name="Kind">What.</param>
/// <param name="Time">A birth: the first sighting. A loss: the last one. A replacement: the first picture of the new plant.</param>
/// <param name="Series">The series that it belongs to; of a replacement, the new one.</param>
/// <param name="LeafId">Null for a replacement.</param>
public readonly record struct TrackEvent(TrackEventKind Kind, DateTimeOffset Time, int Series, int? LeafId);

/// <summary>What a tracker reports.</summary>
public enum TrackEventKind
{
    /// <summary>A leaf was seen often enough to be one.</summary>
    LeafBorn,
    /// <summary>A leaf was not seen for long enough to be gone.</summary>
    LeafLost,
    /// <summary>Another plant is in the pot.</summary>
    PlantReplaced,
}
