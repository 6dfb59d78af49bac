using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Region proposal network (Ren et al. 2015) over all pyramid levels with one head: for each anchor how sure it
/// is that a leaf is there (a logit) and how to move the anchor onto it.
/// </summary>
internal sealed class RegionProposalNetwork : nn.Module<Tensor[], RegionProposalNetwork.Output>
{
    /// <summary>Boxes with a shorter side, in input pixels, are no proposals.</summary>
    public const float MinimumSide = 1e-3f;

    private readonly NetworkSettings settings;
    private readonly SpatialConvolution hidden;
    private readonly Conv2d objectness;
    private readonly Conv2d deltas;

    public RegionProposalNetwork(NetworkSettings settings)
        : base(nameof(RegionProposalNetwork))
    {
        this.settings = settings;
        int anchorsPerCell = settings.AnchorSizes[0].Length * settings.AnchorRatios.Length;
        hidden = new SpatialConvolution(settings.PyramidWidth, settings.PyramidWidth, settings.Convolutions);
        objectness = nn.Conv2d(settings.PyramidWidth, anchorsPerCell, 1);
        deltas = nn.Conv2d(settings.PyramidWidth, anchorsPerCell * 4, 1);
        nn.init.normal_(hidden.Weight, std: settings.Convolutions == ConvolutionForm.Full ? 0.01 : 0.1);
        foreach (Conv2d convolution in new[] { objectness, deltas })
        {
            nn.init.normal_(convolution.weight, std: 0.01);
            nn.init.zeros_(convolution.bias);
        }

        RegisterComponents();
        Anchors = AnchorGrid.Pyramid(settings);
    }

    /// <summary>Anchors of P2..P6.</summary>
    public Box[][] Anchors { get; }

    public SpatialConvolution Hidden => hidden;

    public Conv2d Objectness => objectness;

    public Conv2d Deltas => deltas;

    /// <summary>The head on P2..P6, in the anchors' order, levels one after the other.</summary>
    public override Output forward(Tensor[] pyramid)
    {
        List<Tensor> logits = [];
        List<Tensor> moves = [];
        foreach (Tensor map in pyramid)
        {
            long pictures = map.shape[0];
            Tensor x = nn.functional.relu(hidden.forward(map), inplace: true);
            logits.Add(objectness.forward(x).permute(0, 2, 3, 1).reshape(pictures, -1));
            moves.Add(deltas.forward(x).permute(0, 2, 3, 1).reshape(pictures, -1, 4));
        }

        return new Output(cat(logits, 1), cat(moves, 1));
    }

    /// <summary>
    /// The best boxes of one picture: a level's best anchors moved, clipped and suppressed, then the best over
    /// all levels, in falling order of their logit (equal ones by place).
    /// </summary>
    /// <param name="logits">[A] of one picture.</param>
    /// <param name="moves">[A * 4] of one picture.</param>
    /// <param name="beforeNms">Anchors kept a level.</param>
    /// <param name="count">Proposals kept in all.</param>
    public Box[] Propose(float[] logits, float[] moves, int beforeNms, int count)
    {
        List<(Box Box, float Logit)> proposals = [];
        int start = 0;
        foreach (Box[] anchors in Anchors)
        {
            List<Box> boxes = [];
            List<float> scores = [];
            foreach (int anchor in Best(logits.AsSpan(start, anchors.Length), beforeNms))
            {
                ReadOnlySpan<float> move = moves.AsSpan((start + anchor) * 4, 4);
                Box box = BoxGeometry.Clip(BoxCoder.Proposals.Decode(anchors[anchor], move), settings.InputSize);
                if (box.Width >= MinimumSide && box.Height >= MinimumSide)
                {
                    boxes.Add(box);
                    scores.Add(logits[start + anchor]);
                }
            }

            proposals.AddRange(BoxGeometry.Suppress(boxes, settings.RpnNmsIoU).Select(i => (boxes[i], scores[i])));
            start += anchors.Length;
        }

        return [.. proposals.OrderByDescending(p => p.Logit).Take(count).Select(p => p.Box)];
    }

    /// <summary>Writes <see cref="forward"/> and <see cref="Propose"/> at inference: boxes [R, 4].</summary>
    public OnnxValue WriteTo(OnnxGraph graph, OnnxValue[] pyramid)
    {
        using IDisposable scope = graph.Scope("proposals");
        SpatialConvolution.Layers hiddenLayers = hidden.WriteLayers(graph, "hidden");
        (OnnxValue, OnnxValue) objectnessLayer = graph.Layer("objectness", objectness.weight, objectness.bias!);
        (OnnxValue, OnnxValue) deltasLayer = graph.Layer("deltas", deltas.weight, deltas.bias!);
        List<(OnnxValue Anchors, OnnxValue Moves, OnnxValue Logits)> best = [];
        for (int level = 0; level < pyramid.Length; level++)
        {
            using IDisposable levelScope = graph.Scope($"p{level + 2}");
            OnnxValue x = graph.Relu(hidden.WriteTo(graph, hiddenLayers, pyramid[level]));
            best.Add(graph.BestAnchors(
                graph.Conv(x, objectnessLayer), graph.Conv(x, deltasLayer), Anchors[level], settings.RpnBeforeNms));
        }

        OnnxValue logits = graph.Concat(0, [.. best.Select(level => level.Logits)]);
        OnnxValue boxes = graph.Clip(
            graph.DecodeBoxes(
                graph.Concat(0, [.. best.Select(level => level.Anchors)]),
                graph.Concat(0, [.. best.Select(level => level.Moves)]), BoxCoder.Proposals),
            0, settings.InputSize);
        return graph.SelectProposals(
            boxes, graph.ExcludeSmallBoxes(boxes, logits, MinimumSide),
            [.. Anchors.Select(level => Math.Min(level.Length, settings.RpnBeforeNms))], settings.RpnNmsIoU, settings.Proposals);
    }

    /// <summary>Places of the largest values, falling, equal ones by place.</summary>
    private static int[] Best(ReadOnlySpan<float> values, int count)
    {
        int[] places = new int[values.Length];
        float[] keys = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            places[i] = i;
            keys[i] = -values[i];
        }

        Array.Sort(keys, places);
        count = Math.Min(count, places.Length);
        // Array.Sort is not stable: put runs of equal keys back into the order of their places.
        for (int first = 0; first < count;)
        {
            int last = first;
            while (last + 1 < keys.Length && keys[last + 1] == keys[first])
            {
                last++;
            }

            Array.Sort(places, first, last - first + 1);
            first = last + 1;
        }

        return places[..count];
    }

    /// <summary>Logits [N, A] and moves [N, A, 4] (dx, dy, dw, dh) of all anchors.</summary>
    internal sealed record Output(Tensor Logits, Tensor Moves);
}
