using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>What is known of one leaf through time; points and area are those of its last sighting, moved to the last picture.</summary>
internal sealed record LeafTrack
{
    /// <summary>0 until the leaf is confirmed.</summary>
    public int Id { get; init; }

    /// <summary>First sighting; null for a leaf that was there when the series began.</summary>
    public required DateTimeOffset? Born { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Pictures in a row in which it was not seen.</summary>
    public int Missed { get; init; }

    /// <summary>Reported as lost; it may return.</summary>
    public bool Lost { get; init; }

    /// <summary>A leaf that reaches in from another plant.</summary>
    public bool Foreign { get; init; }

    /// <summary>The model's score, smoothed over the pictures, 0..1; see <see cref="LeafPresence"/>.</summary>
    public required double Score { get; init; }

    /// <summary>Pixels at the last sighting.</summary>
    public required double Area { get; init; }

    /// <summary>The leaf's growth, from the areas of all its sightings.</summary>
    public required GrowthFilter Growth { get; init; }

    /// <summary>Pixels spread evenly over the leaf as it was last seen.</summary>
    public required IReadOnlyList<PicturePoint> Points { get; init; }
}
