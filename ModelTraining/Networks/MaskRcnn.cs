using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Mask R-CNN with a feature pyramid (He et al. 2017): pixels to features to proposals to boxes to masks. The
/// parts are trained by <see cref="Training.LeafLoss"/>; <see cref="Detect"/> is the whole road at inference.
/// </summary>
internal sealed class MaskRcnn : nn.Module
{
    private readonly Backbone backbone;
    private readonly FeaturePyramid pyramid;
    private readonly RegionProposalNetwork proposals;
    private readonly BoxHead boxHead;
    private readonly MaskHead maskHead;
    private readonly Convention convention;
    private readonly float[] boxSteps;
    private readonly float[] maskSteps;

    public MaskRcnn(NetworkSettings settings)
        : base(nameof(MaskRcnn))
    {
        settings.Validate();
        Settings = settings;
        convention = settings.Convention;
        boxSteps = convention.AreaSteps(settings.CanonicalBoxSize, settings.InputSize, FeaturePyramid.Levels - 1);
        maskSteps = convention.AreaSteps(settings.CanonicalMaskSize, settings.InputSize, FeaturePyramid.Levels - 1);
        backbone = Backbone.Create(settings);
        pyramid = new FeaturePyramid(backbone.Widths, settings.PyramidWidth, settings.PyramidConvolutions ?? settings.Convolutions, settings.PyramidDetail);
        proposals = new RegionProposalNetwork(settings);
        boxHead = new BoxHead(settings);
        maskHead = new MaskHead(settings);
        RegisterComponents();
    }

    public NetworkSettings Settings { get; }

    public Backbone Backbone => backbone;

    public FeaturePyramid Pyramid => pyramid;

    public RegionProposalNetwork Proposals => proposals;

    public BoxHead BoxHead => boxHead;

    public MaskHead MaskHead => maskHead;

    /// <summary>
    /// What the backbone computes in; its weights stay float32. In bfloat16 it keeps 8 bits of each number and is about
    /// twice as fast where the processor knows it (AVX512-BF16, AMX). For training only: a model is scored in float32.
    /// </summary>
    public ScalarType BackboneType { get; set; } = ScalarType.Float32;

    /// <summary>[N, H, W, 3] uint8 pixels to P2..P6.</summary>
    public Tensor[] Features(Tensor pixels) => pyramid.forward(
        [.. backbone.forward(backbone.Normalise(pixels).to_type(BackboneType)).Select(map => map.to_type(ScalarType.Float32))]);

    /// <summary>Pools regions from P2..P5 for the box head: [R, C, 7, 7].</summary>
    public Tensor PoolForBoxes(Tensor[] features, IReadOnlyList<RoiAlign.Region> regions) =>
        RoiAlign.Pool(features[..^1], regions, Settings.BoxPool, boxSteps, convention.Sampling);

    /// <summary>Pools regions from P2..P5 for the mask head: [R, C, 14, 14].</summary>
    public Tensor PoolForMasks(Tensor[] features, IReadOnlyList<RoiAlign.Region> regions) =>
        RoiAlign.Pool(features[..^1], regions, Settings.MaskPool, maskSteps, convention.Sampling);

    /// <summary>Finds the leaves of one picture; falling order of score.</summary>
    /// <param name="pixels">[1, H, W, 3] uint8, letterboxed; both sides are multiples of 32.</param>
    public Detections Detect(Tensor pixels)
    {
        using IDisposable inference = no_grad();
        using DisposeScope scope = NewDisposeScope();
        InputShape input = new((int)pixels.shape[1], (int)pixels.shape[2]);
        Tensor[] features = Features(pixels);
        RegionProposalNetwork.Output output = proposals.forward(features);
        Box[] candidates = proposals.Propose(
            output.Objectness.ToArray(), output.Deltas.ToArray(), input, Settings.RpnBeforeNms, Settings.Proposals, Settings.LeastObjectnessLogit);
        (List<Box> boxes, List<float> scores) = Classify(features, candidates, input);
        if (boxes.Count == 0)
        {
            return new Detections([], [], []);
        }

        Box[] masked = [.. boxes.Select(box => MaskBox(box, input))];
        Tensor pooled = PoolForMasks(features, [.. masked.Select(box => new RoiAlign.Region(0, box))]);
        Tensor masks = maskHead.forward(pooled).sigmoid();
        return new Detections([.. masked.Select(convention.FromInner)], scores, masks.ToArray());
    }

    /// <summary>The same in a picture as large as in training.</summary>
    public Box MaskBox(Box inner) => MaskBox(inner, InputShape.Square(Settings.InputSize));

    /// <summary>The inner box that the mask of a found leaf covers: <see cref="NetworkSettings.MaskMargin"/> more on each side, inside the input.</summary>
    public Box MaskBox(Box inner, InputShape input)
    {
        float x = Settings.MaskMargin * inner.Width;
        float y = Settings.MaskMargin * inner.Height;
        return BoxGeometry.Clip(new Box(inner.X1 - x, inner.Y1 - y, inner.X2 + x, inner.Y2 + y), input, convention.InnerMargin);
    }

    private (List<Box> Boxes, List<float> Scores) Classify(Tensor[] features, Box[] candidates, InputShape input)
    {
        if (candidates.Length == 0)
        {
            return ([], []);
        }

        Tensor pooled = PoolForBoxes(features, [.. candidates.Select(box => new RoiAlign.Region(0, box))]);
        BoxHead.Output output = boxHead.forward(pooled);
        float[] probability = output.Logits.softmax(1).select(1, 1).ToArray();
        float[] deltas = output.Deltas.ToArray();
        float minimumSide = convention.MinimumDetectionSide;
        List<Box> boxes = [];
        List<float> scores = [];
        foreach (int i in Enumerable.Range(0, candidates.Length).OrderByDescending(i => probability[i]))
        {
            if (probability[i] <= Settings.ScoreThreshold)
            {
                break;
            }

            Box box = BoxGeometry.Clip(convention.DetectionCoder.Decode(candidates[i], deltas.AsSpan(i * 4, 4)), input, convention.InnerMargin);
            if (box.Width >= minimumSide && box.Height >= minimumSide)
            {
                boxes.Add(box);
                scores.Add(probability[i]);
            }
        }

        List<int> kept = BoxGeometry.Suppress(CollectionsMarshal.AsSpan(boxes), Settings.NmsIoU, Settings.MaxDetections);
        return ([.. kept.Select(i => boxes[i])], [.. kept.Select(i => scores[i])]);
    }

    /// <summary>Writes <see cref="Detect"/> with the inputs and outputs of the model's contract.</summary>
    public void WriteTo(OnnxGraph graph)
    {
        OnnxValue image = graph.Input(
            "image", TensorProto.Types.DataType.Uint8, [1, "H", "W", 3], $"RGB, letterboxed; H and W are multiples of {InputSizes.Multiple}");
        OnnxValue bounds = graph.Bounds(image, convention.InnerMargin);
        OnnxValue[] features = pyramid.WriteTo(graph, backbone.WriteTo(graph, backbone.WriteNormalisation(graph, image)));
        OnnxValue candidates = proposals.WriteTo(graph, features, bounds);
        (OnnxValue boxes, OnnxValue scores) = WriteClassification(graph, features, candidates, bounds);
        OnnxValue masked = WriteMaskBoxes(graph, boxes, bounds);
        OnnxValue masks = WriteMasks(graph, features, masked);
        graph.Output("boxes", WriteFromInner(graph, masked), TensorProto.Types.DataType.Float, ["N", 4], "where each mask lies: x1 y1 x2 y2 in input pixels");
        graph.Output("scores", scores, TensorProto.Types.DataType.Float, ["N"], "0..1, falling");
        graph.Output("masks", masks, TensorProto.Types.DataType.Float, ["N", Settings.MaskSize, Settings.MaskSize], "probability inside the box");
    }

    private (OnnxValue Boxes, OnnxValue Scores) WriteClassification(
        OnnxGraph graph, OnnxValue[] features, OnnxValue candidates, OnnxValue bounds)
    {
        using IDisposable scope = graph.Scope("detections");
        OnnxValue pooled = WritePool(graph, features, candidates, Settings.BoxPool, boxSteps);
        (OnnxValue logits, OnnxValue deltas) = boxHead.WriteTo(graph, pooled);
        OnnxValue probability = graph.Gather(graph.Softmax(logits, 1), graph.Integer(1), 1);
        OnnxValue boxes = graph.ClipBoxes(graph.DecodeBoxes(candidates, deltas, convention.DetectionCoder), bounds);
        return graph.SelectDetections(
            boxes, graph.ExcludeSmallBoxes(boxes, probability, convention.MinimumDetectionSide),
            Settings.ScoreThreshold, Settings.NmsIoU, Settings.MaxDetections);
    }

    private OnnxValue WriteMasks(OnnxGraph graph, OnnxValue[] features, OnnxValue boxes)
    {
        using IDisposable scope = graph.Scope("masks");
        OnnxValue pooled = WritePool(graph, features, boxes, Settings.MaskPool, maskSteps);
        return graph.Sigmoid(maskHead.WriteTo(graph, pooled));
    }

    /// <summary>Writes <see cref="MaskBox(Box, InputShape)"/>.</summary>
    private OnnxValue WriteMaskBoxes(OnnxGraph graph, OnnxValue boxes, OnnxValue bounds)
    {
        if (Settings.MaskMargin == 0)
        {
            return boxes;
        }

        using IDisposable scope = graph.Scope("masks");
        OnnxValue[] corners = graph.Split(boxes, 1, 2, 2);
        OnnxValue margin = graph.Mul(graph.Sub(corners[1], corners[0]), graph.Number(Settings.MaskMargin));
        return graph.ClipBoxes(graph.Concat(1, graph.Sub(corners[0], margin), graph.Add(corners[1], margin)), bounds);
    }

    private OnnxValue WritePool(OnnxGraph graph, OnnxValue[] features, OnnxValue boxes, int size, float[] areaSteps) => graph.PoolFromPyramid(
        [.. features[..^1].Select((map, level) => (map, FeaturePyramid.StrideOf(level)))], boxes, areaSteps, size,
        convention.Sampling);

    /// <summary>Writes <see cref="Convention.FromInner"/>.</summary>
    private OnnxValue WriteFromInner(OnnxGraph graph, OnnxValue boxes) => convention.InnerMargin == 0
        ? boxes
        : graph.Add(boxes, graph.Numbers(0, 0, convention.InnerMargin, convention.InnerMargin));

    /// <summary>N boxes that the masks cover in input pixels, N scores, and N masks of M x M probabilities one after the other.</summary>
    internal sealed record Detections(IReadOnlyList<Box> Boxes, IReadOnlyList<float> Scores, float[] Masks);
}
