using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx.Quantisation;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Inference of R50-FPN at 512 px: the ONNX file, in float32 and in integers, beside torchvision with the same weights, 1000
/// proposals and up to 100 detections on all sides (each says how many it found), masks pasted into the picture. They take turns.
/// </summary>
internal static class InferenceBesideTorchvision
{
    private const int WarmUp = 3;
    private const int CalibrationPictures = 8;
    private const double Target = 0.5;

    public static void Run(string[] args)
    {
        int pictures = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        (RgbImage image, Truth truth) = TestPlant.Render(ResNet50.InputSize, seed: 7);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-inference-");
        try
        {
            using TorchvisionPeer peer = new(image, truth, rois: 128, get_num_threads());
            string real = Path.Combine(folder.FullName, "float32.onnx"), integer = Path.Combine(folder.FullName, "int8.onnx");
            WriteModels(peer.SaveWeights(), real, integer);
            Side[] ours = [new("leafseg, ONNX Runtime, float32", LeafModel.Open(real)), new("leafseg, ONNX Runtime, int8", LeafModel.Open(integer))];
            Measured theirs = new("torchvision", WarmUp);
            int theyFound = 0;
            for (int i = 0; i < pictures + WarmUp; i++)
            {
                foreach (Side side in ours)
                {
                    side.Run(image);
                }

                (double milliseconds, theyFound) = peer.Ask("infer");
                theirs.Add(milliseconds);
            }

            Console.WriteLine($"Inference, R50-FPN-256, {ResNet50.InputSize} px, {get_num_threads()} threads; {peer.Versions}");
            Console.WriteLine($"{theirs}   {theyFound} found");
            foreach (Side side in ours)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{side.Times}   {side.Found} found, ratio {side.Times.Median / theirs.Median:F2} (at most {Target} is asked for)"));
                side.Model.Dispose();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void WriteModels(string weights, string real, string integer)
    {
        using MaskRcnn network = new(ResNet50.Settings);
        PretrainedWeights.Load(network, weights);
        network.eval();
        ModelExporter.Write(network, Metadata(network.Settings), real);
        ModelProto model = IntegerModel.Of(
            ModelProto.Parser.ParseFrom(File.ReadAllBytes(real)), CalibrationPictures, i => TestPlant.Render(ResNet50.InputSize, seed: (ulong)i).Image, () => { },
            CancellationToken.None);
        File.WriteAllBytes(integer, model.ToByteArray());
    }

    private static ModelMetadata Metadata(NetworkSettings settings) => new()
    {
        Name = "benchmark",
        Version = "0.0.0",
        InputSize = settings.InputSize,
        Inputs = settings.Inputs,
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

    private sealed record Side(string Name, LeafModel Model)
    {
        public Measured Times { get; } = new(Name, WarmUp);

        public int Found { get; private set; }

        public void Run(RgbImage image)
        {
            Stopwatch watch = Stopwatch.StartNew();
            IReadOnlyList<LeafInstance> leaves = Model.Find(image);
            LeafMap.Paste(leaves, image.Width, image.Height);
            Times.Add(watch.Elapsed.TotalMilliseconds);
            Found = leaves.Count;
        }
    }
}
