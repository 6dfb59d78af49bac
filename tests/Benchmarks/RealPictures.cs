using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Metrics;
using OpenCvSharp;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Scores of a model file on the labelled sets in the folders of a folder, as the table of a model's README: the leaves as the agent
/// counts them, the means over the pictures.
/// </summary>
internal static class RealPictures
{
    public static int Run(string[] args)
    {
        if (args.Length < 2 || !Directory.Exists(args[0]))
        {
            Console.Error.WriteLine($"real: found {(args.Length == 0 ? "no folder" : args[0])}; expected a folder with a folder for each labelled set, then model files (.onnx)");
            return 2;
        }

        string[] sets = [.. Directory.GetDirectories(args[0]).Order(StringComparer.Ordinal)];
        if (sets.Length == 0)
        {
            Console.Error.WriteLine($"real: {args[0]} has no folders; expected one for each labelled set, as inspect reads them");
            return 3;
        }

        foreach (string file in args[1..])
        {
            using LeafFinder finder = LeafFinder.Open(file);
            Console.WriteLine($"\n{finder.Title} ({finder.File}), threshold {finder.ScoreThreshold.ToString(CultureInfo.InvariantCulture)}\n");
            Console.WriteLine("| set | pictures | SBD | \\|DiC\\| | DiC | FgBgDice | loose pieces a picture | ms a picture |\n|---|---|---|---|---|---|---|---|");
            List<(LeafScoreSummary Scores, int Pictures)> all = [];
            foreach (string set in sets)
            {
                all.Add(Score(finder, set));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| mean of the sets | {all.Sum(set => set.Pictures)} | {all.Average(set => set.Scores.Sbd):.000} | {all.Average(set => set.Scores.AbsoluteDic):0.00} | {all.Average(set => set.Scores.Dic):+0.00;-0.00} | {all.Average(set => set.Scores.FgBgDice):.000} | | |"));
        }

        return 0;
    }

    private static (LeafScoreSummary Scores, int Pictures) Score(LeafFinder finder, string set)
    {
        LabelledPictures pictures = LabelledPictures.Open(set);
        List<LeafScore> scores = [];
        Measured times = new(set, warmUp: 1);
        int loose = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            LeafPicture picture = pictures.Read(i);
            long begin = Stopwatch.GetTimestamp();
            IReadOnlyList<LeafInstance> leaves = finder.Find(picture.Image);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            LabelMap found = LeafMap.Paste(leaves, picture.Labels.Width, picture.Labels.Height);
            scores.Add(LeafScore.Compare(IgnoredRegions.Without(found, picture.Labels, picture.Ignored), picture.Labels));
            loose += LoosePieces(found);
        }

        LeafScoreSummary mean = LeafScoreSummary.Of(scores);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Path.GetFileName(set)} | {pictures.Count} | {mean.Sbd:.000} | {mean.AbsoluteDic:0.00} | {mean.Dic:+0.00;-0.00} | {mean.FgBgDice:.000} | {(double)loose / pictures.Count:0.0} | {times.Median:0} |"));
        return (mean, pictures.Count);
    }

    /// <summary>Pieces (8-connected) beyond the first of each leaf.</summary>
    private static int LoosePieces(LabelMap map)
    {
        int pieces = 0;
        IReadOnlyList<(ushort Label, int)> leaves = map.Areas();
        using Mat labels = Mat.FromPixelData(map.Height, map.Width, MatType.CV_16UC1, map.Labels);
        foreach ((ushort label, _) in leaves)
        {
            using Mat leaf = labels.Equals(label);
            using Mat numbers = new();
            pieces += Cv2.ConnectedComponents(leaf, numbers) - 1;
        }

        return pieces - leaves.Count;
    }
}
