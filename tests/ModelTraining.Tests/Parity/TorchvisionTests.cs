using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using LeafSeg.ModelTraining.Weights.Names;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Parity;

/// <summary>The same weights and pictures in torchvision, which runs beside the test.</summary>
public sealed class TorchvisionTests : IDisposable
{
    private static readonly Convention Convention = Convention.Of(Conventions.Torchvision);

    private readonly DisposeScope disposing = NewDisposeScope();

    public void Dispose() => disposing.Dispose();

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    public void A_ResNet_gives_the_same_maps(string name)
    {
        using TorchvisionAnswers answers = new("features", name);
        using Backbone backbone = Backbone.Create(name);
        PretrainedWeights.Load(backbone, answers.WeightsFile);
        using IDisposable noGradient = no_grad();

        Tensor[] maps = backbone.forward(backbone.Normalise(answers.Picture));

        for (int i = 1; i < maps.Length; i++)
        {
            Agreement.Require(answers[$"c{i + 1}"], maps[i], 1e-4, $"c{i + 1}");
        }
    }

    [Fact]
    public void Anchors_boxes_pooling_and_suppression_are_the_same()
    {
        using TorchvisionAnswers answers = new("parts");

        float[][] sizes = [[9.5f, 16], [26, 38], [54, 76], [108, 150]];
        Box[] anchors = [.. sizes.SelectMany((level, i) => AnchorGrid.Level(
            InputShape.Square(TorchvisionAnswers.InputSize).Cells(FeaturePyramid.StrideOf(i)), FeaturePyramid.StrideOf(i), level, [0.5f, 1, 2], Convention.Anchors))];
        Assert.Equal(answers.Boxes("anchors"), anchors);

        Box[] boxes = answers.Boxes("boxes");
        RequireSameCoding(answers, boxes);
        RequireSamePooling(answers, boxes);
        float[] scores = answers["scores"].ToArray();
        int[] order = [.. Enumerable.Range(0, boxes.Length).OrderByDescending(i => scores[i])];
        foreach (int tenths in new[] { 3, 5, 7 })
        {
            List<int> kept = BoxGeometry.Suppress([.. order.Select(i => boxes[i])], tenths / 10f);
            Assert.Equal(answers[$"kept_{tenths}"].data<long>().ToArray(), kept.Select(i => (long)order[i]));
        }
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(104)]
    [InlineData(105)]
    public void The_whole_detector_answers_the_same_stage_by_stage_and_in_the_end(int seed)
    {
        using TorchvisionAnswers answers = new("detector", $"{seed}");
        using MaskRcnn network = answers.Detector();
        using IDisposable noGradient = no_grad();
        Tensor[] features = [.. Enumerable.Range(2, FeaturePyramid.Levels).Select(level => answers[$"p{level}"])];

        RequireSameFeatures(answers, network.Features(answers.Picture));
        RequireSameProposals(answers, network.Proposals, features);
        RequireSameHeads(answers, network, features);
        RequireSameDetections(answers, network);
    }

    [Fact]
    public void Where_every_sample_counts_losses_and_gradients_are_the_same()
    {
        using TorchvisionAnswers answers = new("losses", "106");
        using MaskRcnn network = answers.Detector();
        LabelMap labels = new(
            TorchvisionAnswers.InputSize, TorchvisionAnswers.InputSize, [.. answers["labels"].data<byte>().ToArray().Select(label => (ushort)label)]);
        Truth truth = Truth.From(labels, Letterbox.Fit(labels.Width, labels.Height, TorchvisionAnswers.InputSize));
        LossSettings everything = new() { RpnSamples = 2_000_000, RoiSamples = 2_000_000, RoiPositiveShare = 0.25f, MaskSamples = 1_000_000 };

        LeafLoss loss = LeafLoss.Of(network, answers.Picture, [truth], everything, new Random(1));
        loss.Total.backward();

        string[] names = ["loss_objectness", "loss_rpn_box_reg", "loss_classifier", "loss_box_reg", "loss_mask"];
        foreach ((string name, Tensor value) in names.Zip(loss.All))
        {
            Agreement.Require(answers[name], value.reshape(1), 1e-4, name);
        }

        using WeightsFile file = WeightsFile.Read(answers.WeightsFile);
        WeightsOrigin origin = WeightsOrigin.Of(file);
        string[] gradients = [.. answers.Names.Where(name => name.StartsWith("gradient.", StringComparison.Ordinal))];
        Assert.True(gradients.Length >= 15);
        foreach (string name in gradients)
        {
            Tensor expected = answers[name];
            Place place = origin.Find(name["gradient.".Length..], expected.shape);
            // Where an activation is all but zero, rounding decides whether its gradient passes: some thousandths in a deep network.
            Agreement.Require(place.Turn(expected), network.get_parameter(place.Name!)!.grad!, 5e-3, name);
        }
    }

    private static void RequireSameCoding(TorchvisionAnswers answers, Box[] boxes)
    {
        float[] given = answers["moves"].ToArray();
        Box[] moved = answers.Boxes("moved");
        float[] coded = answers["coded"].ToArray();
        float[] deltas = new float[4];
        for (int i = 0; i < boxes.Length; i++)
        {
            Box decoded = BoxCoder.Detections.Decode(boxes[i], given.AsSpan(i * 4, 4));
            Assert.True(Distance(moved[i], decoded) <= 1e-5f * (TorchvisionAnswers.InputSize + moved[i].Width + moved[i].Height), $"{moved[i]} {decoded}");
            BoxCoder.Detections.Encode(boxes[i], boxes[(i + boxes.Length - 1) % boxes.Length], deltas);
            for (int c = 0; c < 4; c++)
            {
                Assert.Equal(coded[(i * 4) + c], deltas[c], 1e-4f * (1 + Math.Abs(deltas[c])));
            }
        }
    }

    private static void RequireSamePooling(TorchvisionAnswers answers, Box[] boxes)
    {
        Tensor[] levels = [.. Enumerable.Range(0, 4).Select(i => answers[$"level{i}"].clone().requires_grad_())];
        float[] steps = Convention.AreaSteps(224, TorchvisionAnswers.InputSize, levels.Length);
        RoiAlign.Region[] regions = [.. boxes.Select((box, i) => new RoiAlign.Region(i < boxes.Length / 2 ? 0 : 1, box))];

        Tensor pooled = RoiAlign.Pool(levels, regions, 7, steps, Convention.Sampling);
        (pooled * answers["pooled_weights"]).sum().backward();

        Agreement.Require(answers["pooled"], pooled, 1e-5, "pooled");
        for (int i = 0; i < levels.Length; i++)
        {
            Agreement.Require(answers[$"level{i}_gradient"], levels[i].grad!, 1e-5, $"gradient of level {i}");
        }
    }

    private static void RequireSameFeatures(TorchvisionAnswers answers, Tensor[] features)
    {
        for (int i = 0; i < features.Length; i++)
        {
            Agreement.Require(answers[$"p{i + 2}"], features[i], 1e-4, $"p{i + 2}");
        }
    }

    private static void RequireSameProposals(TorchvisionAnswers answers, RegionProposalNetwork network, Tensor[] features)
    {
        Assert.Equal(answers.Boxes("anchors"), network.Anchors.SelectMany(level => level));
        RegionProposalNetwork.Output output = network.forward(features);
        Agreement.Require(answers["objectness"], output.Objectness[0], 1e-4, "objectness");
        Agreement.Require(answers["deltas"], output.Deltas[0], 1e-4, "deltas");

        Box[] expected = answers.Boxes("proposals");
        Box[] actual = network.Propose(answers["objectness"].ToArray(), answers["deltas"].ToArray(), 300, 300);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Distance(expected[i], actual[i]) < 1e-3f, $"proposal {i}: {expected[i]}, {actual[i]}");
        }
    }

    private static void RequireSameHeads(TorchvisionAnswers answers, MaskRcnn network, Tensor[] features)
    {
        RoiAlign.Region[] regions = [.. answers.Boxes("proposals").Take((int)answers["pooled"].shape[0]).Select(box => new RoiAlign.Region(0, box))];
        Agreement.Require(answers["pooled"], network.PoolForBoxes(features, regions), 1e-4, "pooled for boxes");
        BoxHead.Output output = network.BoxHead.forward(answers["pooled"]);
        Agreement.Require(answers["class_logits"], output.Logits, 1e-4, "class logits");
        Agreement.Require(answers["box_moves"][.., 4..8], output.Deltas, 1e-4, "box moves");

        regions = [.. answers.Boxes("boxes").Take((int)answers["pooled_for_masks"].shape[0]).Select(box => new RoiAlign.Region(0, box))];
        Agreement.Require(answers["pooled_for_masks"], network.PoolForMasks(features, regions), 1e-4, "pooled for masks");
        Agreement.Require(answers["mask_logits"], network.MaskHead.forward(answers["pooled_for_masks"]), 1e-4, "mask logits");
    }

    private static void RequireSameDetections(TorchvisionAnswers answers, MaskRcnn network)
    {
        Box[] boxes = answers.Boxes("boxes");
        float[] scores = answers["scores"].ToArray();
        float[] masks = answers["masks"].ToArray();
        Assert.InRange(boxes.Length, 20, 100);

        MaskRcnn.Detections found = network.Detect(answers.Picture);

        Assert.Equal(boxes.Length, found.Boxes.Count);
        int cells = network.Settings.MaskSize * network.Settings.MaskSize;
        HashSet<int> taken = [];
        for (int i = 0; i < boxes.Length; i++)
        {
            int twin = Enumerable.Range(0, boxes.Length).Where(j => !taken.Contains(j)).MinBy(j => Distance(boxes[i], found.Boxes[j]));
            taken.Add(twin);
            Assert.True(Distance(boxes[i], found.Boxes[twin]) <= 0.05f, $"detection {i}: {boxes[i]}, nearest {found.Boxes[twin]}");
            Assert.Equal(scores[i], found.Scores[twin], 1e-3f);
            double difference = Enumerable.Range(0, cells).Average(c => Math.Abs(masks[(i * cells) + c] - found.Masks[(twin * cells) + c]));
            Assert.True(difference <= 1e-2, $"mask {i}: {difference} off in the mean");
        }
    }

    private static float Distance(Box a, Box b) =>
        new[] { a.X1 - b.X1, a.Y1 - b.Y1, a.X2 - b.X2, a.Y2 - b.Y2 }.Max(Math.Abs);
}
