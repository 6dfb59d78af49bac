using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Tracking;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Whether the model's doubt finds the pictures that need correcting: the mean SBD of a labelled set after the most doubtful half was
/// corrected (replaced by the truth), beside random halves and the half that is really worst.
/// </summary>
internal static class DoubtOrder
{
    private const int Draws = 3;

    public static int Run(string[] args)
    {
        if (args.Length is not (2 or 3) || !Directory.Exists(args[0]))
        {
            Console.Error.WriteLine($"doubt: found {(args.Length == 0 ? "no folder" : args[0])}; expected a folder of labelled pictures, a model file (.onnx), and for time lapses the plant's part of a picture's name (a regular expression)");
            return 2;
        }

        LabelledPictures data = LabelledPictures.Open(args[0]);
        using LeafFinder finder = LeafFinder.Open(args[1]);
        Looked[] pictures = new Looked[data.Count];
        foreach (PlantSeries series in SeriesOf(data, args.ElementAtOrDefault(2)))
        {
            PlantTracker tracker = new();
            foreach (Moment moment in series.Moments)
            {
                pictures[moment.Index] = Looked.Of(data.Read(moment.Index), finder, args.Length == 3 ? tracker : null, moment.Time);
            }
        }

        double[] sbd = [.. pictures.Select(picture => picture.Sbd)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{finder.Title} ({finder.File}) on {data.Folder}: {sbd.Length} pictures, SBD {sbd.Average():.000}\n"));
        Console.WriteLine("| corrected half | SBD then | rank correlation with 1 - SBD |\n|---|---|---|");
        for (int draw = 1; draw <= Draws; draw++)
        {
            RandomSource random = new((ulong)draw);
            Line($"at random, draw {draw}", sbd, [.. sbd.Select(_ => (double)random.Unit())]);
        }

        Line("lowest mean score", sbd, [.. pictures.Select(picture => picture.OfScores)]);
        Line("doubt", sbd, [.. pictures.Select(picture => picture.Doubt)]);
        if (args.Length == 3)
        {
            Line("disagreement with earlier pictures", sbd, [.. pictures.Select(picture => picture.Tracked)]);
            Line("doubt and earlier pictures", sbd, [.. pictures.Select(picture => 1 - ((1 - picture.Doubt) * (1 - picture.Tracked)))]);
        }

        Line("disagreement with the mirrored picture", sbd, [.. pictures.Select(picture => picture.Mirrored)]);
        Line("doubt and mirrored", sbd, [.. pictures.Select(picture => 1 - ((1 - picture.Doubt) * (1 - picture.Mirrored)))]);
        Line("the worst (known from the truth)", sbd, [.. sbd.Select(score => -score)]);
        return 0;
    }

    private static IReadOnlyList<PlantSeries> SeriesOf(LabelledPictures data, string? group)
    {
        PictureGroups groups = new(group);
        return PlantSeries.Of(data.Names.Select(name => (group is null ? name : groups.Of(name), name, (DateTime?)null)), TimeSpan.FromHours(4));
    }

    private static void Line(string name, double[] sbd, double[] doubt)
    {
        HashSet<int> corrected = [.. Enumerable.Range(0, sbd.Length).OrderByDescending(i => doubt[i]).Take(sbd.Length / 2)];
        double after = sbd.Select((score, i) => corrected.Contains(i) ? 1 : score).Average();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {after:.0000} | {Spearman(doubt, [.. sbd.Select(score => -score)]):+.00;-.00} |"));
    }

    private static double Spearman(double[] a, double[] b)
    {
        double[] ranksA = Ranks(a), ranksB = Ranks(b);
        double mean = (a.Length - 1) / 2.0;
        double covariance = ranksA.Zip(ranksB, (x, y) => (x - mean) * (y - mean)).Sum();
        return covariance / Math.Sqrt(ranksA.Sum(x => (x - mean) * (x - mean)) * ranksB.Sum(y => (y - mean) * (y - mean)));
    }

    private static double[] Ranks(double[] values)
    {
        double[] ranks = new double[values.Length];
        foreach ((int rank, int i) in Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Index())
        {
            ranks[i] = rank;
        }

        return ranks;
    }

    private sealed record Looked(double Sbd, double OfScores, double Doubt, double Tracked, double Mirrored)
    {
        public static Looked Of(LeafPicture picture, LeafFinder finder, PlantTracker? tracker, DateTimeOffset time)
        {
            (int width, int height) = (picture.Labels.Width, picture.Labels.Height);
            IReadOnlyList<LeafInstance> found = finder.Find(picture.Image);
            LabelMap map = LeafMap.Paste(found, width, height);
            PlantTraits traits = PlantTraits.Measure(map);
            TrackedPlant? tracked = tracker?.Observe(PlantSighting.Of(time, map, PlantPlace.Whole(map), traits, leaf => found[leaf - 1].Score));
            double[] scores = [.. traits.Leaves.Select(leaf => (double)found[leaf.Leaf - 1].Score)];
            return new Looked(
                LeafScore.Compare(IgnoredRegions.Without(map, picture.Labels, picture.Ignored), picture.Labels).Sbd,
                1 - scores.DefaultIfEmpty(0).Average(), PlantDoubt.Of(traits, found, map, firstLabel: 1, tracked: null), tracked is null ? 0 : Disagreement(tracked),
                OfMirrored(picture.Image, map, finder));
        }

        /// <summary>One less the SBD of what is found in the picture and in the mirrored one.</summary>
        private static double OfMirrored(RgbImage picture, LabelMap labels, LeafFinder finder)
        {
            (RgbImage mirrored, LabelMap expected) = new DihedralTransform(MirrorX: true, MirrorY: false, Transpose: false).Apply(picture, labels);
            return 1 - Scoring.Score(finder.Find(mirrored), expected).Sbd;
        }

        /// <summary>Leaves without an identity, and leaves of the plant that do not show, as a share of all.</summary>
        private static double Disagreement(TrackedPlant tracked)
        {
            int known = tracked.Leaves.Count(leaf => leaf.Id is not null), unknown = tracked.Leaves.Count - known, missing = Math.Max(0, tracked.Count.Count - known);
            return unknown + missing == 0 ? 0 : (double)(unknown + missing) / (known + unknown + missing);
        }
    }
}
