using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Region proposal network (Ren et al. 2015) over all pyramid levels with one head: for each anchor how sure it
/// is that a leaf is there (a logit) and how to move the anchor onto it.
/// </summary>
internal sealed class RegionProposalNetwork : nn.Module<Tensor[], RegionProposalNetwork.Output>
{
    private readonly NetworkSettings settings;
    private readonly Convention convention;
    private readonly InputShape trainedShape;
    private readonly ConcurrentDictionary<InputShape, Box[][]> pools = [];
    private readonly SpatialConvolution hidden;
    private readonly Conv2d objectness;
    private readonly Conv2d deltas;

    public RegionProposalNetwork(NetworkSettings settings)
        : base(nameof(RegionProposalNetwork))
    {
        this.settings = settings;
        convention = settings.Convention;
        int anchorsPerCell = settings.AnchorSizes[0].Length * settings.AnchorRatios.Length;
        int width = settings.RpnWidth ?? settings.PyramidWidth;
        hidden = new SpatialConvolution(settings.PyramidWidth, width, settings.Convolutions);
        objectness = nn.Conv2d(width, anchorsPerCell * (convention.ObjectnessPair ? 2 : 1), 1);
        deltas = nn.Conv2d(width, anchorsPerCell * 4, 1);
        nn.init.normal_(hidden.Weight, std: settings.Convolutions == ConvolutionForm.Full ? 0.01 : 0.1);
        foreach (Conv2d convolution in new[] { objectness, deltas })
        {
            nn.init.normal_(convolution.weight, std: 0.01);
            nn.init.zeros_(convolution.bias);
        }

        RegisterComponents();
        trainedShape = InputShape.Square(settings.InputSize);
        Anchors = AnchorGrid.Pyramid(settings, trainedShape);
    }

    /// <summary>Anchors of P2..P6 in training, in continuous pixels.</summary>
    public Box[][] Anchors { get; }

    public SpatialConvolution Hidden => hidden;

    /// <summary>One channel an anchor, or two: background, object.</summary>
    public Conv2d Objectness => objectness;

    public Conv2d Deltas => deltas;

    /// <summary>The head on P2..P6, in the anchors' order, levels one after the other.</summary>
    public override Output forward(Tensor[] pyramid)
    {
        (Tensor weight, Tensor bias) = ObjectnessLayer();
        List<Tensor> scores = [];
        List<Tensor> offsets = [];
        foreach (Tensor map in pyramid)
        {
            long pictures = map.shape[0];
            Tensor x = nn.functional.relu(hidden.forward(map), inplace: true);
            scores.Add(nn.functional.conv2d(x, weight, bias).permute(0, 2, 3, 1).reshape(pictures, -1));
            offsets.Add(deltas.forward(x).permute(0, 2, 3, 1).reshape(pictures, -1, 4));
        }

        return new Output(cat(scores, 1), cat(offsets, 1));
    }

    /// <summary>The same of a picture as large as in training.</summary>
    public Box[] Propose(float[] objectness, float[] deltas, int beforeNms, int count) => Propose(objectness, deltas, trainedShape, beforeNms, count);

    /// <summary>
    /// The best inner boxes of one picture: a level's best anchors moved, clipped and suppressed, then the best over
    /// all levels, in falling order of their objectness (equal ones by place).
    /// </summary>
    /// <param name="objectness">[A] of one picture.</param>
    /// <param name="deltas">[A * 4] of one picture.</param>
    /// <param name="input">The picture's height and width.</param>
    /// <param name="beforeNms">Anchors kept a level.</param>
    /// <param name="count">Proposals kept in all.</param>
    /// <param name="leastObjectness">Only what has more is proposed.</param>
    public Box[] Propose(float[] objectness, float[] deltas, InputShape input, int beforeNms, int count, float leastObjectness = float.NegativeInfinity)
    {
        float minimumSide = convention.MinimumProposalSide;
        List<(Box Box, float Objectness)> proposals = [];
        int start = 0;
        foreach (Box[] anchors in pools.GetOrAdd(input, PoolsFor))
        {
            List<Box> boxes = [];
            List<float> scores = [];
            foreach (int anchor in Best(objectness.AsSpan(start, anchors.Length), beforeNms))
            {
                ReadOnlySpan<float> delta = deltas.AsSpan((start + anchor) * 4, 4);
                Box box = BoxGeometry.Clip(convention.ProposalCoder.Decode(anchors[anchor], delta), input, convention.InnerMargin);
                if (box.Width >= minimumSide && box.Height >= minimumSide && objectness[start + anchor] > leastObjectness)
                {
                    boxes.Add(box);
                    scores.Add(objectness[start + anchor]);
                }
            }

            proposals.AddRange(BoxGeometry.Suppress(CollectionsMarshal.AsSpan(boxes), settings.RpnNmsIoU).Select(i => (boxes[i], scores[i])));
            start += anchors.Length;
        }

        return [.. proposals.OrderByDescending(p => p.Objectness).Take(count).Select(p => p.Box)];
    }

    /// <summary>Writes <see cref="forward"/> and <see cref="Propose(float[], float[], InputShape, int, int, float)"/> at inference: boxes [R, 4].</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="pyramid">P2..P6.</param>
    /// <param name="bounds">[4]: the largest numbers of an inner box.</param>
    public OnnxValue WriteTo(OnnxGraph graph, OnnxValue[] pyramid, OnnxValue bounds)
    {
        using IDisposable scope = graph.Scope("proposals");
        using DisposeScope disposing = NewDisposeScope();
        SpatialConvolution.Layers hiddenLayers = hidden.WriteLayers(graph, "hidden");
        (Tensor weight, Tensor bias) = ObjectnessLayer();
        (OnnxValue, OnnxValue) objectnessLayer = graph.Layer("objectness", weight, bias);
        (OnnxValue, OnnxValue) deltasLayer = graph.Layer("deltas", deltas.weight, deltas.bias!);
        List<DetectionTail.Candidates> best = [];
        for (int level = 0; level < pyramid.Length; level++)
        {
            using IDisposable levelScope = graph.Scope($"p{level + 2}");
            OnnxValue x = graph.Relu(hidden.WriteTo(graph, hiddenLayers, pyramid[level]));
            best.Add(graph.BestAnchors(graph.Conv(x, objectnessLayer), graph.Conv(x, deltasLayer), LevelAnchors(level), settings.RpnBeforeNms));
        }

        DetectionTail.Candidates candidates = graph.Join(best);
        if (!convention.ProposesByLevel)
        {
            candidates = graph.BestOf(candidates, settings.RpnBeforeNms);
        }

        OnnxValue boxes = graph.ClipBoxes(graph.DecodeBoxes(candidates.Boxes, candidates.Deltas, convention.ProposalCoder), bounds);
        return graph.SelectProposals(
            candidates with { Boxes = boxes, Objectness = graph.ExcludeSmallBoxes(boxes, candidates.Objectness, convention.MinimumProposalSide) },
            convention.ProposesByLevel ? pyramid.Length : 1, settings.LeastObjectnessLogit, settings.RpnNmsIoU, settings.Proposals);
    }

    private DetectionTail.LevelAnchors LevelAnchors(int level) => new(
        convention.ProposesByLevel ? level : 0, FeaturePyramid.StrideOf(level), convention.Anchors.CentreInCell,
        [.. convention.Anchors.Shapes(settings.AnchorSizes[level], settings.AnchorRatios)], convention.InnerMargin);

    /// <summary>Inner anchors that are ranked and suppressed together.</summary>
    private Box[][] PoolsFor(InputShape input)
    {
        Box[][] inner = [.. AnchorGrid.Pyramid(settings, input).Select(level => level.Select(convention.ToInner).ToArray())];
        return convention.ProposesByLevel ? inner : [[.. inner.SelectMany(level => level)]];
    }

    /// <summary>
    /// The convolution that gives one logit an anchor. The softmax over a pair is the sigmoid of the difference, and the
    /// difference of two convolutions is one of their weights' difference.
    /// </summary>
    private (Tensor Weight, Tensor Bias) ObjectnessLayer()
    {
        if (!convention.ObjectnessPair)
        {
            return (objectness.weight, objectness.bias!);
        }

        return (Difference(objectness.weight), Difference(objectness.bias!));

        static Tensor Difference(Tensor rows) => rows[TensorIndex.Slice(1, null, 2)] - rows[TensorIndex.Slice(0, null, 2)];
    }

    /// <summary>Places of the largest values, falling, equal ones by place.</summary>
    private static IEnumerable<int> Best(ReadOnlySpan<float> values, int count)
    {
        // The worst of the best so far is at the root: nearly every value loses against it at once.
        PriorityQueue<int, (float Value, int Earlier)> best = new(count + 1);
        for (int i = 0; i < values.Length; i++)
        {
            if (best.Count < count)
            {
                best.Enqueue(i, (values[i], -i));
            }
            else if (best.TryPeek(out _, out (float Value, int Earlier) worst) && values[i] > worst.Value)
            {
                best.EnqueueDequeue(i, (values[i], -i));
            }
        }

        return best.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);
    }

    /// <summary>Objectness (logits) [N, A] and deltas [N, A, 4] (dx, dy, dw, dh) of all anchors.</summary>
    internal sealed record Output(Tensor Objectness, Tensor Deltas);
}
