using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using static TorchSharp.torch;

namespace LeafSeg.Benchmarks;

/// <summary>
/// A training step of R50-FPN at 512 px, batch 1, beside torchvision's: the same picture and leaves, the same number of
/// sampled anchors and RoIs, the same layers frozen, SGD with momentum on both sides. They take turns.
/// </summary>
internal static class TrainingStepBesideTorchvision
{
    private const int WarmUp = 3;
    private const double Target = 0.8;

    public static void Run(string[] args)
    {
        int rois = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 128;
        int steps = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15;
        (RgbImage image, Truth truth) = TestPlant.Render(ResNet50.InputSize, seed: 7);
        TrainingSettings settings = new()
        {
            Network = ResNet50.Settings,
            BatchSize = 1,
            // torchvision: a quarter of the RoIs may be leaves, and each of these goes through the mask head.
            Loss = new LossSettings { RoiSamples = rois, RoiPositiveShare = 0.25f, MaskSamples = rois / 4 },
        };
        random.manual_seed(1);
        using MaskRcnn network = new(settings.Network);
        using MaskRcnn average = new(settings.Network);
        average.RequireGradient(false);
        network.Backbone.Freeze(2);
        StageSettings stage = new() { Name = "all", Layers = TrainedLayers.All, Iterations = 1, Rate = 1e-6, Optimiser = OptimiserKind.Sgd, BackboneRateShare = 1, WeightDecay = 0 };
        using Optimiser optimiser = new(network, stage);
        TrainingStep step = new(network, average, settings);
        using TorchvisionPeer peer = new(image, truth, rois, get_num_threads());

        Measured ours = new("leafseg, gradient clipping and EMA included", WarmUp), theirs = new("torchvision", WarmUp);
        for (int i = 0; i < steps + WarmUp; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            step.Take(new Batch(i, [image], [truth], ["plant"]), optimiser, stage.Name, stage.Rate);
            ours.Add(watch.Elapsed.TotalMilliseconds);
            theirs.Add(peer.Ask("step").Milliseconds);
        }

        Console.WriteLine($"Training step, R50-FPN-256, {ResNet50.InputSize} px, batch 1, {rois} RoIs, {truth.Boxes.Length} leaves, {get_num_threads()} threads; libtorch {__version__}; {peer.Versions}");
        Console.WriteLine(ours);
        Console.WriteLine(theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {ours.Median / theirs.Median:F2} (at most {Target} is asked for)"));
    }
}
