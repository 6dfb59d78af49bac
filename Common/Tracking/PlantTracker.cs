namespace LeafSeg.Common.Tracking;

/// <summary>
/// Follows the leaves of one plant from picture to picture. All leaves are assigned at once, by overlap after the picture is
/// laid over the one before, by place about the plant's centre and by area against the leaf's own growth. Pictures that show
/// another plant are set aside: one or two are spoilt pictures, three of the same plant are a replacement, a new series.
/// </summary>
public sealed class PlantTracker
{
    /// <summary>Below this fit a picture shows another plant, or is spoilt.</summary>
    private const double OtherPlantFit = .35;

    /// <summary>So many pictures of one other plant are a replacement.</summary>
    private const int ReplacementPictures = 3;

    private readonly TrackingWeights weights;
    private SeriesTracker series;
    private AreaHistory history = new(inMm: false);
    private SeriesTracker? challenger;
    private int challengerPictures;
    private DateTimeOffset challengerSince;

    /// <summary>Follows a plant from its first picture.</summary>
    public PlantTracker()
        : this(series: 1)
    {
    }

    /// <summary>Follows a plant in whose place others stood before.</summary>
    /// <param name="series">Its number among them, from 1.</param>
    public PlantTracker(int series)
        : this(TrackingWeights.Fitted, series)
    {
    }

    internal PlantTracker(TrackingWeights weights, int series = 1)
    {
        this.weights = weights;
        this.series = new SeriesTracker(series, weights);
    }

    internal PlantTracker(SeriesTracker series, AreaHistory history, SeriesTracker? challenger, int challengerPictures, DateTimeOffset challengerSince)
    {
        weights = TrackingWeights.Fitted;
        this.series = series;
        this.history = history;
        this.challenger = challenger;
        this.challengerPictures = challengerPictures;
        this.challengerSince = challengerSince;
    }

    internal SeriesTracker Current => series;

    internal AreaHistory History => history;

    internal (SeriesTracker Tracker, int Pictures, DateTimeOffset Since)? Challenger =>
        challenger is null ? null : (challenger, challengerPictures, challengerSince);

    /// <summary>Takes in one picture; pictures come in the order of their capture. One of the very time of the last picture changes nothing.</summary>
    public TrackedPlant Observe(PlantSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        LeafMatching matching = series.Match(sighting);
        if (series.Last == sighting.Time)
        {
            return Known(sighting, matching);
        }

        if (IsOtherPlant(sighting, matching))
        {
            return Challenged(sighting);
        }

        challenger = null;
        return Accepted(sighting, matching, []);
    }

    /// <summary>With a single leaf known, one that does not match says nothing: no leaf left at all is as good as an empty pot.</summary>
    private bool IsOtherPlant(PlantSighting sighting, LeafMatching matching) =>
        series.HasLeaves && sighting.Leaves.Count > 0 && matching.Fit < OtherPlantFit && series.LivingLeaves != 1;

    private TrackedPlant Challenged(PlantSighting sighting)
    {
        LeafMatching? follows = challenger?.Match(sighting);
        if (challenger is null || follows!.Fit < OtherPlantFit)
        {
            challenger = new SeriesTracker(series.Number + 1, weights);
            challengerPictures = 0;
            challengerSince = sighting.Time;
            follows = challenger.Match(sighting);
        }

        challengerPictures++;
        if (challengerPictures < ReplacementPictures && series.LivingLeaves > 0)
        {
            challenger.Accept(sighting, follows);
            return new TrackedPlant
            {
                Series = series.Number,
                Leaves = [.. sighting.Leaves.Select(leaf => new TrackedLeaf(leaf.Leaf, null, null))],
                Count = series.Count,
                RelativeGrowthRatePerDay = history.RatePerDay,
                Events = [],
            };
        }

        (series, challenger) = (challenger, null);
        history = new AreaHistory(sighting.AreaMm2 is not null);
        return Accepted(sighting, follows, [new TrackEvent(TrackEventKind.PlantReplaced, challengerSince, series.Number, null)]);
    }

    private TrackedPlant Accepted(PlantSighting sighting, LeafMatching matching, IReadOnlyList<TrackEvent> before)
    {
        (IReadOnlyList<LeafTrack> ofLeaf, IReadOnlyList<TrackEvent> events) = series.Accept(sighting, matching);
        if (sighting.AreaPx > 0)
        {
            history = history.With(sighting.Time, sighting.AreaMm2 ?? sighting.AreaPx, sighting.AreaMm2 is not null);
        }

        return Result(sighting, ofLeaf, [.. before, .. events]);
    }

    private TrackedPlant Known(PlantSighting sighting, LeafMatching matching)
    {
        LeafTrack?[] ofLeaf = new LeafTrack?[sighting.Leaves.Count];
        for (int i = 0; i < matching.LeafOfTrack.Length; i++)
        {
            if (matching.LeafOfTrack[i] is >= 0 and var leaf)
            {
                ofLeaf[leaf] = series.Tracks[i];
            }
        }

        return Result(sighting, ofLeaf, []);
    }

    private TrackedPlant Result(PlantSighting sighting, IReadOnlyList<LeafTrack?> ofLeaf, IReadOnlyList<TrackEvent> events) => new()
    {
        Series = series.Number,
        Leaves =
        [
            .. sighting.Leaves.Select((leaf, j) => ofLeaf[j] is { Id: > 0 } track
                ? new TrackedLeaf(leaf.Leaf, track.Id, track.Born)
                : new TrackedLeaf(leaf.Leaf, null, null)),
        ],
        Count = series.Count,
        RelativeGrowthRatePerDay = history.RatePerDay,
        Events = events,
    };
}
