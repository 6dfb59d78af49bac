using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.Benchmarks;

/// <summary>
/// Where the time of a training step goes, batch 2. Each part runs forward and backward by itself on what the part before
/// it gave, so the parts can be separated; the whole step is measured beside them, as it is trained.
/// </summary>
internal static class TrainingProfile
{
    private const int Batch = 2;
    private const int WarmUp = 2;
    private const int Steps = 9;

    public static void Run(string[] args)
    {
        NetworkSettings shape = new()
        {
            Backbone = args.Length > 0 ? args[0] : "efficientnet-lite0",
            InputSize = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 384,
        };
        TrainingSettings settings = new() { Network = shape };
        random.manual_seed(1);
        using MaskRcnn network = new(shape);
        using MaskRcnn average = new(shape);
        average.RequireGradient(false);
        network.Backbone.Freeze(settings.FrozenStages);
        StageSettings stage = new() { Name = "all", Layers = TrainedLayers.All, Iterations = 1, Rate = 1e-5 };
        using Optimiser optimiser = new(network, stage);
        TrainingStep whole = new(network, average, settings);
        List<Measured> parts = [];

        for (int step = 0; step < Steps + WarmUp; step++)
        {
            (RgbImage Image, Truth Truth)[] plants = [];
            Time("rendering the pictures (done before a training)", () =>
                plants = [.. Enumerable.Range(0, Batch).Select(i => TestPlant.Render(shape.InputSize, (ulong)((step * Batch) + i + 1)))]);
            Batch batch = new(step, [.. plants.Select(p => p.Image)], [.. plants.Select(p => p.Truth)], ["a", "b"]);
            Time("whole step", () => whole.Take(batch, optimiser, stage.Name, stage.Rate));
            Parts(network, batch, settings.Loss, Time);
            Time("optimiser", () => optimiser.Step(stage.Rate));
        }

        double total = parts.Single(p => p.Name == "whole step").Median;
        Console.WriteLine($"{shape.Backbone}, {shape.InputSize} px, batch {Batch}, {settings.Loss.RoiSamples} RoIs and at most {settings.Loss.MaskSamples} masks a picture, {get_num_threads()} threads");
        foreach (Measured part in parts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part}   {part.Median / total,6:P0} of the whole step"));
        }

        void Time(string name, Action action)
        {
            Measured? part = parts.Find(p => p.Name == name);
            if (part is null)
            {
                parts.Add(part = new Measured(name, WarmUp));
            }

            Stopwatch watch = Stopwatch.StartNew();
            action();
            part.Add(watch.Elapsed.TotalMilliseconds);
        }
    }

    private static void Parts(MaskRcnn network, Batch batch, LossSettings loss, Action<string, Action> time)
    {
        using DisposeScope scope = NewDisposeScope();
        int size = network.Settings.InputSize;
        Tensor pixels = stack([.. batch.Images.Select(image => tensor(image.Pixels, [size, size, 3]))]);
        Tensor[] maps = [], pyramid = [];
        time("backbone, forward", () => maps = network.Backbone.forward(network.Backbone.Normalise(pixels)));
        time("backbone, backward", () => Backward(maps));
        Tensor[] maps2 = Leaves(maps);
        time("pyramid, forward", () => pyramid = network.Pyramid.forward(maps2));
        time("pyramid, backward", () => Backward(pyramid));
        Tensor[] levels = Leaves(pyramid);
        RegionProposalNetwork.Output rpn = null!;
        time("proposal head, forward", () => rpn = network.Proposals.forward(levels));
        time("proposal head, backward", () => Backward([rpn.Objectness, rpn.Deltas]));
        List<RoiAlign.Region> regions = [], masked = [];
        time("proposals: best anchors, suppression", () =>
        {
            for (int picture = 0; picture < batch.Images.Count; picture++)
            {
                Box[] proposed = network.Proposals.Propose(
                    rpn.Objectness[picture].ToArray(), rpn.Deltas[picture].ToArray(), network.Settings.RpnBeforeNmsTraining, network.Settings.ProposalsTraining);
                regions.AddRange(proposed.Take(loss.RoiSamples).Select(box => new RoiAlign.Region(picture, box)));
                masked.AddRange(batch.Truths[picture].Boxes.Take(loss.MaskSamples).Select(box => new RoiAlign.Region(picture, box)));
            }
        });
        time("matching of anchors with leaves", () =>
        {
            foreach (Truth truth in batch.Truths)
            {
                Matching.Match([.. network.Proposals.Anchors.SelectMany(level => level)], truth.Boxes, loss.RpnPositiveIoU, loss.RpnNegativeIoU, rescueLeaves: true);
            }
        });
        Tensor forBoxes = null!, forMasks = null!;
        time("RoIAlign, forward", () => (forBoxes, forMasks) = (network.PoolForBoxes(levels, regions), network.PoolForMasks(levels, masked)));
        time("RoIAlign, backward", () => Backward([forBoxes, forMasks]));
        Tensor[] pooled = Leaves([forBoxes, forMasks]);
        BoxHead.Output box = null!;
        Tensor mask = null!;
        time("box head, forward", () => box = network.BoxHead.forward(pooled[0]));
        time("box head, backward", () => Backward([box.Logits, box.Deltas]));
        time("mask head, forward", () => mask = network.MaskHead.forward(pooled[1]));
        time("mask head, backward", () => Backward([mask]));
    }

    /// <summary>The same values, as if nothing had made them: gradients end here.</summary>
    private static Tensor[] Leaves(IEnumerable<Tensor> made) => [.. made.Select(tensor => tensor.detach().requires_grad_())];

    private static void Backward(Tensor[] outputs)
    {
        Tensor[] trained = [.. outputs.Where(output => output.requires_grad)];
        if (trained.Length > 0)
        {
            trained.Select(output => output.sum()).Aggregate((a, b) => a.Plus(b)).backward();
        }
    }
}
