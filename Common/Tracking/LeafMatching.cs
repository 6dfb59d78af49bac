using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>Which leaf of a picture is which known leaf, and how the picture lies over the one before.</summary>
/// <param name="LeafOfTrack">For each track its leaf in the picture; -1 for none.</param>
/// <param name="Motion">From the picture before to this one.</param>
/// <param name="Fit">How well the tracks that should show are found again, 0..1.</param>
internal sealed record LeafMatching(int[] LeafOfTrack, Similarity Motion, double Fit)
{
    /// <summary>With a better fit no other position of the pot is considered.</summary>
    private const double GoodFit = .8;

    private const int Turns = 36;

    /// <summary>No camera or gap enlarges more: beyond it, it is another plant.</summary>
    private const double MostScale = 1.6;

    /// <summary>So many positions are looked at closely.</summary>
    private const int Candidates = 5;

    /// <summary>What it costs in fit that a pot was moved at all, and a half turn more: of two positions that explain a picture alike, the nearer one holds.</summary>
    private const double MovePenalty = .12, TurnPenalty = .02;

    /// <param name="tracks">The leaves as they are expected at the time of the picture.</param>
    /// <param name="sighting">The picture.</param>
    /// <param name="days">Since the last picture.</param>
    /// <param name="weights">What is expected of leaves.</param>
    public static LeafMatching Find(IReadOnlyList<ExpectedLeaf> tracks, PlantSighting sighting, double days, TrackingWeights weights)
    {
        if (tracks.Count == 0 || sighting.Leaves.Count == 0)
        {
            return new LeafMatching([.. tracks.Select(_ => -1)], Similarity.Identity, 0);
        }

        LeafMatching unmoved = Refined(tracks, sighting, Similarity.Identity, days, weights);
        if (unmoved.Fit >= GoodFit)
        {
            return unmoved;
        }

        LeafMatching best = unmoved;
        foreach (Similarity position in Positions(tracks, sighting))
        {
            LeafMatching moved = Refined(tracks, sighting, position, days, weights);
            if (moved.Fit - MovePenalty - Penalty(moved.Motion) > best.Fit - (best == unmoved ? 0 : MovePenalty + Penalty(best.Motion)))
            {
                best = moved;
            }
        }

        return best;
    }

    private static double Penalty(Similarity motion) => TurnPenalty * Math.Abs(motion.Turn) / Math.PI;

    /// <summary>The positions of the pot under which the leaves known cover the leaves seen best.</summary>
    private static IEnumerable<Similarity> Positions(IReadOnlyList<ExpectedLeaf> tracks, PlantSighting sighting)
    {
        ExpectedLeaf[] shown = [.. tracks.Where(track => track.Shown)];
        if (shown.Length == 0)
        {
            return [];
        }

        (IReadOnlyList<PicturePoint>, double)[] before = [.. shown.Select(track => (track.Points, track.Area))];
        (IReadOnlyList<PicturePoint>, double)[] now = [.. sighting.Leaves.Select(leaf => (leaf.Points, (double)leaf.AreaPx))];
        double scale = Math.Clamp(Math.Sqrt(sighting.Leaves.Sum(leaf => leaf.AreaPx) / shown.Sum(track => track.Area)), 1 / MostScale, MostScale);
        (PicturePoint From, PicturePoint To)[] pivots = [(Rosette.Centre(before), Rosette.Centre(now)), (Middle(before), Middle(now))];
        List<(double Cover, Similarity Position)> found = [];
        foreach ((PicturePoint from, PicturePoint to) in pivots)
        {
            Similarity[] around = [.. Enumerable.Range(0, Turns).Select(i => Similarity.About(from, to, Math.PI * ((2.0 * i / Turns) - 1), scale))];
            double[] cover = [.. around.Select(position => Cover(shown, sighting, position) - Penalty(position))];

            // A good position is good a little beside it too: only the best of its neighbours is looked at.
            found.AddRange(Enumerable.Range(0, Turns)
                .Where(i => cover[i] >= cover[(i + 1) % Turns] && cover[i] > cover[(i + Turns - 1) % Turns])
                .Select(i => (cover[i], around[i])));
        }

        return found.OrderByDescending(candidate => candidate.Cover).Take(Candidates).Select(candidate => candidate.Position);
    }

    private static PicturePoint Middle((IReadOnlyList<PicturePoint> Points, double Area)[] leaves)
    {
        double area = leaves.Sum(leaf => leaf.Area);
        return new PicturePoint(
            leaves.Sum(leaf => leaf.Area * Rosette.Middle(leaf.Points).X) / area, leaves.Sum(leaf => leaf.Area * Rosette.Middle(leaf.Points).Y) / area);
    }

    private static double Cover(ExpectedLeaf[] tracks, PlantSighting sighting, Similarity position)
    {
        double cover = 0, weights = 0;
        Span<int> hits = stackalloc int[Math.Min(sighting.Leaves.Count, 256)];
        foreach (ExpectedLeaf track in tracks)
        {
            Count(track, sighting, position, hits);
            double area = track.Area * position.Scale * position.Scale, best = 0;
            for (int leaf = 0; leaf < hits.Length; leaf++)
            {
                best = Math.Max(best, LeafAffinity.Overlap(hits[leaf], track, area, sighting.Leaves[leaf]));
            }

            double weight = Math.Sqrt(track.Area);
            cover += weight * best;
            weights += weight;
        }

        return cover / weights;
    }

    /// <summary>Assigns, lets the pairs say how the picture moved, and assigns again.</summary>
    private static LeafMatching Refined(IReadOnlyList<ExpectedLeaf> tracks, PlantSighting sighting, Similarity position, double days, TrackingWeights weights)
    {
        LeafMatching matching = Assign(tracks, sighting, position, days, weights);
        for (int round = 0; round < 2; round++)
        {
            (PicturePoint, PicturePoint, double)[] pairs =
            [
                .. Enumerable.Range(0, tracks.Count).Where(i => matching.LeafOfTrack[i] >= 0).Select(i =>
                {
                    LeafSighting leaf = sighting.Leaves[matching.LeafOfTrack[i]];
                    return (Rosette.Middle(tracks[i].Points), leaf.Centroid, Math.Sqrt(Math.Min(tracks[i].Area, leaf.AreaPx)));
                }),
            ];
            if (pairs.Length < 3)
            {
                return matching;
            }

            Similarity motion = Similarity.Fit(pairs);
            if (motion.Scale is < 1 / MostScale or > MostScale || Assign(tracks, sighting, motion, days, weights) is not { } again || again.Fit <= matching.Fit)
            {
                return matching;
            }

            matching = again;
        }

        return matching;
    }

    private static LeafMatching Assign(IReadOnlyList<ExpectedLeaf> tracks, PlantSighting sighting, Similarity motion, double days, TrackingWeights weights)
    {
        (int rows, int columns) = (tracks.Count, sighting.Leaves.Count);
        double[,] cost = new double[rows, columns];
        LeafAffinity affinity = new(Rosette.Centre([.. sighting.Leaves.Select(leaf => (leaf.Points, (double)leaf.AreaPx))]), motion, days, weights);
        int[] hits = new int[columns];
        for (int i = 0; i < rows; i++)
        {
            Count(tracks[i], sighting, motion, hits);
            for (int j = 0; j < columns; j++)
            {
                cost[i, j] = -Math.Max(0, affinity.Of(tracks[i], sighting.Leaves[j], hits[j]));
            }
        }

        int[] leafOfTrack = Assignment.Solve(cost);
        double fit = 0, shown = 0;
        for (int i = 0; i < rows; i++)
        {
            double weight = tracks[i].Shown && tracks[i].Confirmed ? Math.Sqrt(tracks[i].Area) : 0;
            shown += weight;
            if (leafOfTrack[i] < 0 || cost[i, leafOfTrack[i]] >= 0)
            {
                leafOfTrack[i] = -1;
                continue;
            }

            fit -= weight * cost[i, leafOfTrack[i]];
        }

        return new LeafMatching(leafOfTrack, motion, shown > 0 ? fit / shown : 0);
    }

    private static void Count(ExpectedLeaf track, PlantSighting sighting, Similarity motion, Span<int> hits)
    {
        hits.Clear();
        foreach (PicturePoint point in track.Points)
        {
            int leaf = sighting.LeafAt(motion.Apply(point));
            if (leaf >= 0 && leaf < hits.Length)
            {
                hits[leaf]++;
            }
        }
    }
}
