using LeafSeg.Common.Tracking;

namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>How well leaves are followed through time lapses: the field's figures, and those of what tracking is for.</summary>
internal sealed record TrackScore
{
    private const double SameLeaf = .5;

    public required HotaScore Hota { get; init; }

    public required ClearScore Clear { get; init; }

    public required IdentityScore Identity { get; init; }

    /// <summary>Of each picture: leaves found less true leaves.</summary>
    public required IReadOnlyList<int> RawDiC { get; init; }

    /// <summary>Of each picture: the tracker's leaf count less true leaves.</summary>
    public required IReadOnlyList<int> StableDiC { get; init; }

    /// <summary>Of each true birth that was seen: pictures from the first in which the leaf was found to the first in which it has an identity.</summary>
    public required IReadOnlyList<int> BirthLags { get; init; }

    /// <summary>Of each leaf, at its last picture: relative growth rate a day by the identity's areas and by the true ones.</summary>
    public required IReadOnlyList<(double Found, double True)> GrowthRates { get; init; }

    public double MeanRawDiC => MeanAbsolute(RawDiC);

    public double MeanStableDiC => MeanAbsolute(StableDiC);

    /// <summary>Median of the growth rates' relative errors.</summary>
    public double? GrowthError => Median([.. GrowthRates.Where(rate => rate.True != 0).Select(rate => Math.Abs((rate.Found - rate.True) / rate.True))]);

    /// <summary>Median of the growth rates' errors a day.</summary>
    public double? GrowthDeviation => Median([.. GrowthRates.Select(rate => Math.Abs(rate.Found - rate.True))]);

    /// <summary>Lets a tracker see one time lapse, picture by picture.</summary>
    public static TrackScore Of(IReadOnlyList<LapsePicture> pictures, Func<LapsePicture, IdentifiedPicture> tracker)
    {
        List<TrackFrame> frames = [];
        List<int> raw = [], stable = [];
        Dictionary<int, int> firstSeen = [], firstNamed = [];
        Dictionary<int, List<(DateTimeOffset, double)>> trueAreas = [], areas = [];
        Dictionary<int, int> identityAtLast = [];
        for (int picture = 0; picture < pictures.Count; picture++)
        {
            LapsePicture now = pictures[picture];
            IdentifiedPicture said = tracker(now);
            int[] named = [.. Enumerable.Range(0, said.Ids.Count).Where(j => said.Ids[j] is not null)];
            double[,] similarity = new double[now.Truth.Length, named.Length];
            for (int i = 0; i < now.Truth.Length; i++)
            {
                for (int j = 0; j < named.Length; j++)
                {
                    similarity[i, j] = now.Iou[i, named[j]];
                }
            }

            frames.Add(new TrackFrame(now.Truth, [.. named.Select(j => said.Ids[j]!.Value)], similarity));
            raw.Add(now.Sighting.Leaves.Count - now.Truth.Length);
            stable.Add(said.Count - now.Truth.Length);
            foreach (int j in named)
            {
                Add(areas, said.Ids[j]!.Value, (now.Sighting.Time, now.Sighting.Leaves[j].AreaPx));
            }

            for (int i = 0; i < now.Truth.Length; i++)
            {
                Add(trueAreas, now.Truth[i], (now.Sighting.Time, now.TrueAreas[i]));
                int found = Enumerable.Range(0, said.Ids.Count).FirstOrDefault(j => now.Iou[i, j] >= SameLeaf, -1);
                if (found < 0)
                {
                    continue;
                }

                firstSeen.TryAdd(now.Truth[i], picture);
                if (said.Ids[found] is { } id)
                {
                    firstNamed.TryAdd(now.Truth[i], picture);
                    identityAtLast[now.Truth[i]] = id;
                }
            }
        }

        HashSet<int> thereAtFirst = [.. pictures.Count == 0 ? [] : pictures[0].Truth];
        return new TrackScore
        {
            Hota = HotaScore.Of(frames),
            Clear = ClearScore.Of(frames),
            Identity = IdentityScore.Of(frames),
            RawDiC = raw,
            StableDiC = stable,
            BirthLags = [.. firstSeen.Where(seen => !thereAtFirst.Contains(seen.Key)).Select(seen => firstNamed.TryGetValue(seen.Key, out int name) ? name - seen.Value : pictures.Count)],
            GrowthRates = [.. identityAtLast.Select(pair => (Found: GrowthRate.Of(areas[pair.Value]), True: GrowthRate.Of(trueAreas[pair.Key])))
                .Where(rate => rate.Found is not null && rate.True is not null).Select(rate => (rate.Found!.Value, rate.True!.Value))],
        };
    }

    /// <summary>All time lapses together, as TrackEval combines them.</summary>
    public static TrackScore Combine(IReadOnlyList<TrackScore> scores) => new()
    {
        Hota = HotaScore.Combine([.. scores.Select(score => score.Hota)]),
        Clear = ClearScore.Combine([.. scores.Select(score => score.Clear)]),
        Identity = IdentityScore.Combine([.. scores.Select(score => score.Identity)]),
        RawDiC = [.. scores.SelectMany(score => score.RawDiC)],
        StableDiC = [.. scores.SelectMany(score => score.StableDiC)],
        BirthLags = [.. scores.SelectMany(score => score.BirthLags)],
        GrowthRates = [.. scores.SelectMany(score => score.GrowthRates)],
    };

    private static double MeanAbsolute(IReadOnlyList<int> differences) => differences.Count == 0 ? 0 : differences.Average(difference => Math.Abs((double)difference));

    private static double? Median(double[] values) => values.Length == 0 ? null : values.Order().ElementAt(values.Length / 2);

    private static void Add(Dictionary<int, List<(DateTimeOffset, double)>> areas, int leaf, (DateTimeOffset, double) area)
    {
        if (!areas.TryGetValue(leaf, out List<(DateTimeOffset, double)>? known))
        {
            areas.Add(leaf, known = []);
        }

        known.Add(area);
    }
}
