using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Inference of R50-FPN at 512 px: the ONNX file beside torchvision with the same weights, 1000 proposals and up to 100
/// detections on both sides (each says how many it found), masks pasted into the picture on both. They take turns.
/// </summary>
internal static class InferenceBesideTorchvision
{
    private const int WarmUp = 3;
    private const double Target = 0.5;

    public static void Run(string[] args)
    {
        int pictures = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        (RgbImage image, Truth truth) = TestPlant.Render(ResNet50.InputSize, seed: 7);
        string file = Path.Combine(Path.GetTempPath(), $"leafseg-inference-{Environment.ProcessId}.onnx");
        try
        {
            using TorchvisionPeer peer = new(image, truth, rois: 128, get_num_threads());
            using (MaskRcnn network = new(ResNet50.Settings))
            {
                PretrainedWeights.Load(network, peer.SaveWeights());
                network.eval();
                ModelExporter.Write(network, Metadata(network.Settings), file);
            }

            using LeafModel model = LeafModel.Open(file);
            Measured ours = new("leafseg, ONNX Runtime", WarmUp), theirs = new("torchvision", WarmUp);
            (int found, int theyFound) = (0, 0);
            for (int i = 0; i < pictures + WarmUp; i++)
            {
                Stopwatch watch = Stopwatch.StartNew();
                IReadOnlyList<LeafInstance> leaves = model.Find(image);
                LeafMap.Paste(leaves, image.Width, image.Height);
                ours.Add(watch.Elapsed.TotalMilliseconds);
                (double milliseconds, theyFound) = peer.Ask("infer");
                (found, _) = (leaves.Count, theyFound);
                theirs.Add(milliseconds);
            }

            Console.WriteLine($"Inference, R50-FPN-256, {ResNet50.InputSize} px, {get_num_threads()} threads; {peer.Versions}");
            Console.WriteLine($"{ours}   {found} found");
            Console.WriteLine($"{theirs}   {theyFound} found");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {ours.Median / theirs.Median:F2} (at most {Target} is asked for)"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ModelMetadata Metadata(NetworkSettings settings) => new()
    {
        Name = "benchmark",
        Version = "0.0.0",
        InputSize = settings.InputSize,
        Classes = ["leaf"],
        ScoreThreshold = settings.ScoreThreshold,
        NmsIou = settings.NmsIoU,
        MaxDetections = settings.MaxDetections,
        MaskSize = settings.MaskSize,
        Training = "{}",
        Scores = new ModelScores { Sbd = 0, Dic = 0, AbsoluteDic = 0, FgBgDice = 0, Data = "none: random weights", Pictures = 0 },
        DataDigest = "none",
        Licence = "Apache-2.0",
        Created = DateTimeOffset.UnixEpoch,
        GoldenCases = [],
    };
}
