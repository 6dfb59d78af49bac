using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>The leaves of one plant from when it was put there until it is taken away.</summary>
internal sealed class SeriesTracker
{
    /// <summary>A leaf of at least this score is confirmed at its first sighting.</summary>
    private const double SureScore = .9;

    /// <summary>Another is confirmed from this chance on that it is there: at its second sighting.</summary>
    private const double SurePresence = .5;

    /// <summary>A leaf is lost after so many pictures and so long without a sighting.</summary>
    private const int LostPictures = 4;
    private static readonly TimeSpan LostTime = TimeSpan.FromDays(2);

    /// <summary>A leaf never confirmed is forgotten after so many pictures without a sighting.</summary>
    private const int UnconfirmedPictures = 3;

    /// <summary>So many leaves of a plant are remembered; the longest lost go first.</summary>
    private const int MostTracks = 80;

    /// <summary>A leaf that comes in from the edge of the picture and keeps so far away from the plant's centre is another plant's: a share of the plant's radius.</summary>
    private const double ForeignRadius = .6;

    private readonly TrackingWeights weights;
    private List<LeafTrack> tracks;

    public SeriesTracker(int number, TrackingWeights weights, IEnumerable<LeafTrack>? tracks = null, int nextId = 1, DateTimeOffset? last = null)
    {
        this.weights = weights;
        Number = number;
        this.tracks = [.. tracks ?? []];
        NextId = nextId;
        Last = last;
    }

    public int Number { get; }

    public IReadOnlyList<LeafTrack> Tracks => tracks;

    public int NextId { get; private set; }

    /// <summary>Time of the last picture.</summary>
    public DateTimeOffset? Last { get; private set; }

    public bool HasLeaves => NextId > 1;

    /// <summary>Leaves that may show in the next picture.</summary>
    public int LivingLeaves => tracks.Count(track => track.Id > 0 && !track.Lost);

    public LeafCount Count => LeafCount.Of(tracks.Where(track => !track.Foreign).Select(track => LeafPresence.Of(track.Score, weights)));

    public LeafMatching Match(PlantSighting sighting)
    {
        double days = Last is { } last ? DaysTo(sighting.Time, last) : 0;
        return LeafMatching.Find(Expected(days), sighting, days, weights);
    }

    /// <summary>Takes a picture into the series.</summary>
    /// <param name="sighting">The picture.</param>
    /// <param name="matching">What <see cref="Match"/> said of it.</param>
    public (IReadOnlyList<LeafTrack> OfLeaf, IReadOnlyList<TrackEvent> Events) Accept(PlantSighting sighting, LeafMatching matching)
    {
        bool isFirst = !HasLeaves;
        LeafTrack[] ofLeaf = new LeafTrack[sighting.Leaves.Count];
        List<LeafTrack> kept = [];
        List<TrackEvent> events = [];
        for (int i = 0; i < tracks.Count; i++)
        {
            if (matching.LeafOfTrack[i] is >= 0 and var j)
            {
                ofLeaf[j] = Confirmed(Found(tracks[i], sighting.Leaves[j], sighting.Time, matching.Motion), sure: false, isFirst, events);
                kept.Add(ofLeaf[j]);
            }
            else if (Missed(tracks[i], matching.Motion, sighting.Time, events) is { } missed)
            {
                kept.Add(missed);
            }
        }

        // The largest first, so that identities do not depend on the order in which the model names leaves.
        LeafSighting[] known = [.. sighting.Leaves.Where((_, j) => ofLeaf[j] is not null)];
        double largest = sighting.Leaves.Count == 0 ? 1 : sighting.Leaves.Max(leaf => leaf.AreaPx);
        foreach (int j in Enumerable.Range(0, ofLeaf.Length).Where(j => ofLeaf[j] is null)
            .OrderByDescending(j => sighting.Leaves[j].AreaPx).ThenBy(j => sighting.Leaves[j].Centroid.Y).ThenBy(j => sighting.Leaves[j].Centroid.X))
        {
            LeafSighting leaf = sighting.Leaves[j];
            bool sure = leaf.Score >= SureScore || isFirst;
            LeafTrack found = new()
            {
                Born = isFirst ? null : sighting.Time,
                LastSeen = sighting.Time,
                Foreign = !isFirst && ReachesIn(leaf, known),
                Score = LeafPresence.AtFirst(leaf.Score, sure, weights),
                Area = leaf.AreaPx,
                Growth = GrowthFilter.Of(leaf.AreaPx, leaf.AreaPx / largest, weights),
                Points = leaf.Points,
            };
            ofLeaf[j] = Confirmed(found, sure, isFirst, events);
            kept.Add(ofLeaf[j]);
        }

        tracks = kept.Count <= MostTracks ? kept : [.. kept.OrderBy(track => track.Missed).Take(MostTracks)];
        Last = sighting.Time;
        return (ofLeaf, events);
    }

    private LeafTrack Confirmed(LeafTrack track, bool sure, bool isFirst, List<TrackEvent> events)
    {
        if (track.Id > 0 || track.Foreign || !(sure || LeafPresence.Of(track.Score, weights) >= SurePresence))
        {
            return track;
        }

        track = track with { Id = NextId++ };
        if (!isFirst)
        {
            events.Add(new TrackEvent(TrackEventKind.LeafBorn, track.Born ?? track.LastSeen, Number, track.Id));
        }

        return track;
    }

    private LeafTrack Found(LeafTrack track, LeafSighting leaf, DateTimeOffset time, Similarity motion) => LeafPresence.Found(track, leaf.Score, weights) with
    {
        LastSeen = time,
        Missed = 0,
        Lost = false,
        Area = leaf.AreaPx,
        Growth = track.Growth.Scaled(motion.Scale).After(DaysTo(time, track.LastSeen), weights).Measure(leaf.AreaPx, weights),
        Points = leaf.Points,
    };

    /// <returns>Null for a leaf that was never certain and is now forgotten.</returns>
    private LeafTrack? Missed(LeafTrack track, Similarity motion, DateTimeOffset time, List<TrackEvent> events)
    {
        LeafTrack missed = LeafPresence.Missed(track, weights) with
        {
            Missed = track.Missed + 1,
            Area = track.Area * motion.Scale * motion.Scale,
            Growth = track.Growth.Scaled(motion.Scale),
            Points = motion == Similarity.Identity ? track.Points : [.. track.Points.Select(motion.Apply)],
        };
        if (missed.Id == 0)
        {
            return missed.Missed < UnconfirmedPictures ? missed : null;
        }

        if (missed.Lost || missed.Missed < LostPictures || time - missed.LastSeen < LostTime)
        {
            return missed;
        }

        events.Add(new TrackEvent(TrackEventKind.LeafLost, missed.LastSeen, Number, missed.Id));
        return missed with { Lost = true };
    }

    /// <summary>Where and how large the leaves are expected so many days after the last picture.</summary>
    private IReadOnlyList<ExpectedLeaf> Expected(double days)
    {
        if (tracks.Count == 0)
        {
            return [];
        }

        int least = tracks.Min(track => track.Missed);
        PicturePoint centre = Rosette.Centre([.. tracks.Where(track => track.Missed == least).Select(track => (track.Points, track.Area))]);
        return
        [
            .. tracks.Select(track => ExpectedLeaf.Of(
                track, centre, days + (Last is { } last ? DaysTo(last, track.LastSeen) : 0), shown: track.Missed == least, weights)),
        ];
    }

    /// <summary>Leaves of this plant come from its centre; the picture's edge cuts those of a neighbour.</summary>
    private static bool ReachesIn(LeafSighting leaf, LeafSighting[] known)
    {
        if (leaf.InFrame || known.Length < 3)
        {
            return false;
        }

        PicturePoint centre = Rosette.Centre([.. known.Select(other => (other.Points, (double)other.AreaPx))]);
        double DistanceOf(PicturePoint point) => Math.Sqrt(Math.Pow(point.X - centre.X, 2) + Math.Pow(point.Y - centre.Y, 2));
        return leaf.Points.Min(DistanceOf) > ForeignRadius * known.Max(other => other.Points.Max(DistanceOf));
    }

    /// <summary>A clock that was set back or far ahead is no evidence of growth.</summary>
    private static double DaysTo(DateTimeOffset time, DateTimeOffset from) => Math.Clamp((time - from).TotalDays, 0, 20);
}
