using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>
/// Which detections found a true object, for every category, area range and IoU threshold: the costly half of COCO's
/// figures, from which they are then taken over all pictures or over any choice of them.
/// </summary>
public sealed class CocoMatches
{
    private readonly IReadOnlyList<long> pictures;
    private readonly List<Range> ranges = [];

    private CocoMatches(CocoSet set, Func<CocoDetection, CocoTruth, double> overlap)
    {
        pictures = [.. set.Pictures.Distinct().Order()];
        Categories = [.. set.Categories.Distinct().Order()];
        Dictionary<long, int> placeOf = pictures.Select((id, place) => (id, place)).ToDictionary(p => p.id, p => p.place);
        Require(set.Detections.Select(d => d.Picture), placeOf, "detection");
        Require(set.Truths.Select(t => t.Picture), placeOf, "true object");
        ILookup<(long, long), CocoDetection> found = set.Detections.ToLookup(d => (d.Picture, d.Category));
        ILookup<(long, long), CocoTruth> truths = set.Truths.ToLookup(t => (t.Picture, t.Category));
        foreach (long category in Categories)
        {
            Picture[] content = [.. pictures.Select(id => new Picture(found[(id, category)], truths[(id, category)], overlap))];
            ranges.AddRange(CocoRules.Areas.Select(area => new Range(content, area)));
        }
    }

    /// <summary>What a detection became at one threshold.</summary>
    private enum Outcome : byte
    {
        Wrong,
        Right,
        Ignored,
    }

    /// <summary>Pictures that can be chosen from, by rising id.</summary>
    public int PictureCount => pictures.Count;

    /// <summary>Ids of the categories, rising.</summary>
    internal IReadOnlyList<long> Categories { get; }

    /// <summary>Matches by the overlap of masks.</summary>
    /// <exception cref="FormatException">An object lies in a picture that the set does not list.</exception>
    public static CocoMatches OfMasks(CocoSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new CocoMatches(set, MaskOverlap);
    }

    /// <summary>Matches by the overlap of boxes.</summary>
    /// <exception cref="FormatException">An object lies in a picture that the set does not list.</exception>
    public static CocoMatches OfBoxes(CocoSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new CocoMatches(set, BoxOverlap);
    }

    /// <summary>Right and wrong, the surest first, with how many objects there are to find; 0 of these: nothing to measure.</summary>
    /// <param name="category">Its place in <see cref="Categories"/>.</param>
    /// <param name="area">Place of the range in <see cref="CocoRules.Areas"/>.</param>
    /// <param name="limit">How many detections of a picture count.</param>
    /// <param name="threshold">Place in <see cref="CocoRules.IoUThresholds"/>.</param>
    /// <param name="weights">How often each picture counts.</param>
    /// <param name="outcomes">Filled with +n for right and -n for wrong, n being the weight.</param>
    /// <returns>Number of objects to find.</returns>
    internal long Walk(int category, int area, int limit, int threshold, ReadOnlySpan<int> weights, List<int> outcomes)
    {
        Range range = ranges[(category * CocoRules.Areas.Length) + area];
        outcomes.Clear();
        for (int i = 0; i < range.Ranked.Length; i++)
        {
            (int picture, int rank, int offset) = range.Ranked[i];
            Outcome outcome = range.Outcomes[offset + threshold];
            if (rank < limit && weights[picture] > 0 && outcome != Outcome.Ignored)
            {
                outcomes.Add(outcome == Outcome.Right ? weights[picture] : -weights[picture]);
            }
        }

        long objects = 0;
        for (int picture = 0; picture < weights.Length; picture++)
        {
            objects += (long)weights[picture] * range.Objects[picture];
        }

        return objects;
    }

    private static double MaskOverlap(CocoDetection detection, CocoTruth truth)
    {
        if (detection.Mask.Width != truth.Mask.Width || detection.Mask.Height != truth.Mask.Height)
        {
            throw new FormatException(
                $"picture {truth.Picture}: a detection's mask is {detection.Mask.Width}x{detection.Mask.Height}, "
                + $"the truth {truth.Mask.Width}x{truth.Mask.Height}; they must be of one size");
        }

        double common = RunLengthMask.CommonPixels(detection.Mask, truth.Mask);
        return common == 0 ? 0 : common / (detection.Mask.Area + (truth.Crowd ? 0 : truth.Mask.Area - common));
    }

    private static double BoxOverlap(CocoDetection detection, CocoTruth truth)
    {
        double common = detection.Box.Common(truth.Box);
        return common == 0 ? 0 : common / (truth.Crowd ? detection.Box.Area : detection.Box.Area + truth.Box.Area - common);
    }

    private static void Require(IEnumerable<long> used, Dictionary<long, int> known, string what)
    {
        foreach (long picture in used)
        {
            if (!known.ContainsKey(picture))
            {
                throw new FormatException($"a {what} lies in picture {picture}, which is not listed; truth and detections are of two data sets");
            }
        }
    }

    /// <summary>The detections of a picture that count, the surest first, and how much each overlaps each true object.</summary>
    private sealed class Picture
    {
        public Picture(IEnumerable<CocoDetection> found, IEnumerable<CocoTruth> truths, Func<CocoDetection, CocoTruth, double> overlap)
        {
            Found = [.. found.OrderByDescending(d => d.Score).Take(CocoRules.DetectionLimits[^1])];
            Truths = [.. truths];
            Overlaps = [.. Found.Select(d => Truths.Select(t => overlap(d, t)).ToArray())];
        }

        public CocoDetection[] Found { get; }

        public CocoTruth[] Truths { get; }

        public double[][] Overlaps { get; }
    }

    /// <summary>One category in one range of areas.</summary>
    private sealed class Range
    {
        public Range(Picture[] pictures, (double From, double To) area)
        {
            Objects = [.. pictures.Select(p => p.Truths.Count(t => Counts(t, area)))];
            List<Outcome> outcomes = [];
            List<(double Score, int Picture, int Rank, int Offset)> all = [];
            for (int p = 0; p < pictures.Length; p++)
            {
                int offset = outcomes.Count;
                outcomes.AddRange(Match(pictures[p], area));
                all.AddRange(pictures[p].Found.Select((d, rank) => (d.Score, p, rank, offset + (rank * CocoRules.IoUThresholds.Length))));
            }

            Outcomes = [.. outcomes];
            Ranked = [.. all.OrderByDescending(d => d.Score).Select(d => (d.Picture, d.Rank, d.Offset))];
        }

        /// <summary>Objects to find in each picture.</summary>
        public int[] Objects { get; }

        /// <summary>All detections, the surest first; equals in the order of pictures, then of the file.</summary>
        public (int Picture, int Rank, int Offset)[] Ranked { get; }

        /// <summary>[detections * thresholds].</summary>
        public Outcome[] Outcomes { get; }

        private static bool Counts(CocoTruth truth, (double From, double To) area) =>
            !truth.Crowd && truth.Area >= area.From && truth.Area <= area.To;

        private static Outcome[] Match(Picture picture, (double From, double To) area)
        {
            // What does not count comes last, so that it is taken only by what found nothing else.
            int[] order = [.. Enumerable.Range(0, picture.Truths.Length).OrderBy(t => Counts(picture.Truths[t], area) ? 0 : 1)];
            int counting = order.Count(t => Counts(picture.Truths[t], area));
            int thresholds = CocoRules.IoUThresholds.Length;
            Outcome[] outcomes = new Outcome[picture.Found.Length * thresholds];
            bool[] taken = new bool[order.Length];
            for (int threshold = 0; threshold < thresholds; threshold++)
            {
                Array.Clear(taken);
                for (int d = 0; d < picture.Found.Length; d++)
                {
                    int match = Best(picture, order, counting, taken, d, CocoRules.IoUThresholds[threshold]);
                    bool outside = picture.Found[d].Area < area.From || picture.Found[d].Area > area.To;
                    outcomes[(d * thresholds) + threshold] = match switch
                    {
                        -1 => outside ? Outcome.Ignored : Outcome.Wrong,
                        _ => match < counting ? Outcome.Right : Outcome.Ignored,
                    };
                    if (match >= 0)
                    {
                        taken[match] = true;
                    }
                }
            }

            return outcomes;
        }

        /// <summary>Place in <paramref name="order"/> of the object that a detection takes, or -1. Of equal overlaps the later wins.</summary>
        private static int Best(Picture picture, int[] order, int counting, bool[] taken, int detection, double threshold)
        {
            double best = Math.Min(threshold, 1 - 1e-10);
            int match = -1;
            for (int place = 0; place < order.Length; place++)
            {
                if (place == counting && match >= 0)
                {
                    break;
                }

                if (taken[place] && !picture.Truths[order[place]].Crowd)
                {
                    continue;
                }

                double overlap = picture.Overlaps[detection][order[place]];
                if (overlap >= best)
                {
                    (best, match) = (overlap, place);
                }
            }

            return match;
        }
    }
}
