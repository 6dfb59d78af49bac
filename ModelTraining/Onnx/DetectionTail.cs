using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx;

/// <summary>
/// What stands behind the convolutions of Mask R-CNN (He et al. 2017) and its feature pyramid (Lin et al. 2017), said in
/// ONNX operators alone: proposals, pooling, detections. No If and no Loop: where nothing is left (a picture without
/// a plant), every tensor simply has no rows.
/// </summary>
/// <remarks>
/// Boxes are [N, 4] as x1 y1 x2 y2 in continuous pixels. Ties are broken as in a stable sort: of equal scores the earlier
/// box comes first. An infinite negative score means "not a candidate".
/// </remarks>
internal static class DetectionTail
{
    // Any score that a network computes lies above it, minus infinity does not.
    private const float LowestScore = -1e30f;

    /// <summary>Box regression of Faster R-CNN (Ren et al. 2015) undone: deltas [N, 4] as dx dy dw dh move boxes [N, 4].</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="boxes">The boxes that are moved.</param>
    /// <param name="deltas">What to move them by.</param>
    /// <param name="coder">How the deltas were written in training.</param>
    public static OnnxValue DecodeBoxes(
        this OnnxGraph graph, OnnxValue boxes, OnnxValue deltas, BoxCoder coder)
    {
        using IDisposable scope = graph.Scope("decode");
        OnnxValue half = graph.Number(0.5f);
        OnnxValue[] corners = graph.Split(boxes, 1, 2, 2);
        OnnxValue size = graph.Sub(corners[1], corners[0]);
        OnnxValue centre = graph.Add(corners[0], graph.Mul(size, half));

        OnnxValue[] moves = graph.Split(deltas, 1, 2, 2);
        OnnxValue shift = graph.Div(moves[0], graph.Number(coder.CentreWeight));
        OnnxValue logScale = graph.Min(graph.Div(moves[1], graph.Number(coder.SizeWeight)), graph.Number(BoxCoder.MaximumLogScale));

        OnnxValue newCentre = graph.Add(graph.Mul(shift, size), centre);
        OnnxValue newHalf = graph.Mul(graph.Mul(graph.Exp(logScale), size), half);
        return graph.Concat(1, graph.Sub(newCentre, newHalf), graph.Add(newCentre, newHalf));
    }

    /// <summary>Scores [N], minus infinity where a side of the box is shorter than <paramref name="smallestSide"/> pixels.</summary>
    public static OnnxValue ExcludeSmallBoxes(this OnnxGraph graph, OnnxValue boxes, OnnxValue scores, float smallestSide)
    {
        using IDisposable scope = graph.Scope("exclude-small");
        OnnxValue[] corners = graph.Split(boxes, 1, 2, 2);
        OnnxValue shorter = graph.ReduceMin(graph.Sub(corners[1], corners[0]), 1);
        OnnxValue largeEnough = graph.GreaterOrEqual(shorter, graph.Number(smallestSide));
        return graph.Where(largeEnough, scores, graph.Number(float.NegativeInfinity));
    }

    /// <summary>What the proposal head says of a level, anchor by anchor: logits [H * W * A] and deltas [H * W * A, 4].</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="objectness">[1, A, H, W], A anchors a cell.</param>
    /// <param name="deltas">[1, A * 4, H, W].</param>
    public static (OnnxValue Logits, OnnxValue Moves) AnchorRows(this OnnxGraph graph, OnnxValue objectness, OnnxValue deltas) => (
        graph.Reshape(graph.Transpose(objectness, 0, 2, 3, 1), -1),
        graph.Reshape(graph.Transpose(deltas, 0, 2, 3, 1), -1, 4));

    /// <summary>
    /// The best anchors of one pool: their boxes [K, 4], deltas [K, 4] and objectness [K], best first,
    /// where K is <paramref name="most"/> or all there are.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="objectness">[A].</param>
    /// <param name="deltas">[A, 4].</param>
    /// <param name="anchors">[A]: of a level row by row, in a cell in the order of its channels.</param>
    /// <param name="most">How many to keep.</param>
    public static (OnnxValue Anchors, OnnxValue Deltas, OnnxValue Objectness) BestAnchors(
        this OnnxGraph graph, OnnxValue objectness, OnnxValue deltas, ReadOnlySpan<Box> anchors, int most)
    {
        (OnnxValue best, OnnxValue places) = graph.TopK(objectness, graph.Integers(Math.Min(most, anchors.Length)));
        return (
            graph.Gather(graph.Constant("anchors", MemoryMarshal.Cast<Box, float>(anchors), anchors.Length, 4), places),
            graph.Gather(deltas, places),
            best);
    }

    /// <summary>
    /// Suppression within each pyramid level, then the best of all levels together: boxes [N, 4], best first,
    /// N at most <paramref name="most"/>.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="boxes">[K, 4], level after level.</param>
    /// <param name="scores">[K], minus infinity where excluded.</param>
    /// <param name="levelCounts">How many of the K boxes each level has.</param>
    /// <param name="iouThreshold">A box falls when it overlaps a better one of its level by more.</param>
    /// <param name="most">How many to keep.</param>
    public static OnnxValue SelectProposals(
        this OnnxGraph graph, OnnxValue boxes, OnnxValue scores, IReadOnlyList<int> levelCounts, float iouThreshold, int most)
    {
        using IDisposable scope = graph.Scope("select");
        // One suppression for all levels: each level is a class, and a box is a candidate in its own only.
        OnnxValue ownLevel = graph.Constant("own-level", OwnLevel(levelCounts), levelCounts.Count, levelCounts.Sum());
        OnnxValue levelScores = graph.Unsqueeze(graph.Add(ownLevel, scores), 0);
        // More than `most` of one level cannot be among the best `most` of all.
        OnnxValue kept = graph.NonMaxSuppression(graph.Unsqueeze(boxes, 0), levelScores, most, iouThreshold, LowestScore);

        OnnxValue places = graph.Gather(kept, graph.Integer(2), 1);
        OnnxValue keptScores = graph.Gather(scores, places);
        (_, OnnxValue best) = graph.TopK(keptScores, graph.Min(graph.Shape(places), graph.Integers(most)));
        return graph.Gather(boxes, graph.Gather(places, best));
    }

    /// <summary>
    /// Features of each box from the pyramid level that fits its size: [N, C, size, size] in the order of the boxes.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="levels">The pyramid, finest first, with the pixels between two cells of each.</param>
    /// <param name="boxes">[N, 4].</param>
    /// <param name="areaSteps">A box is on level i when its area reaches exactly i of these rising areas (one fewer than levels).</param>
    /// <param name="size">Cells across.</param>
    /// <param name="inputSize">Pixels across the network's input.</param>
    /// <param name="sampling">Where the features are read.</param>
    public static OnnxValue PoolFromPyramid(
        this OnnxGraph graph, IReadOnlyList<(OnnxValue Features, int Stride)> levels, OnnxValue boxes, float[] areaSteps, int size,
        int inputSize, RoiSampling sampling)
    {
        using IDisposable scope = graph.Scope("pool");
        OnnxValue[] corners = graph.Split(boxes, 1, 2, 2);
        OnnxValue area = graph.ReduceProduct(graph.Sub(corners[1], corners[0]), 1);
        OnnxValue reached = graph.GreaterOrEqual(graph.Unsqueeze(area, 1), graph.Numbers(areaSteps));
        OnnxValue level = graph.ReduceSum(graph.Cast(reached, TensorProto.Types.DataType.Int64), 1);

        List<OnnxValue> places = [];
        List<OnnxValue> pooled = [];
        for (int i = 0; i < levels.Count; i++)
        {
            using IDisposable levelScope = graph.Scope($"level{i}");
            OnnxValue here = graph.Squeeze(graph.NonZero(graph.Equal(level, graph.Integer(i))), 0);
            OnnxValue firstPicture = graph.Mul(here, graph.Integer(0));
            places.Add(here);
            pooled.Add(sampling.WriteTo(
                graph, levels[i].Features, graph.Gather(boxes, here), firstPicture, levels[i].Stride, inputSize / levels[i].Stride, size));
        }

        // The places in rising order are the way back from the order of levels to the order of boxes.
        OnnxValue order = graph.Concat(0, [.. places]);
        (_, OnnxValue back) = graph.TopK(order, graph.Shape(order), largest: false);
        return graph.Gather(graph.Concat(0, [.. pooled]), back);
    }

    /// <summary>Suppression of detections: boxes [M, 4] and scores [M], best first, M at most <paramref name="most"/>.</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="boxes">[N, 4].</param>
    /// <param name="scores">[N], minus infinity where excluded.</param>
    /// <param name="scoreThreshold">Only what scores more takes part.</param>
    /// <param name="iouThreshold">A box falls when it overlaps a better one by more.</param>
    /// <param name="most">How many to keep.</param>
    public static (OnnxValue Boxes, OnnxValue Scores) SelectDetections(
        this OnnxGraph graph, OnnxValue boxes, OnnxValue scores, float scoreThreshold, float iouThreshold, int most)
    {
        using IDisposable scope = graph.Scope("select");
        OnnxValue kept = graph.NonMaxSuppression(
            graph.Unsqueeze(boxes, 0), graph.Unsqueeze(scores, 0, 1), most, iouThreshold, scoreThreshold);
        OnnxValue places = graph.Gather(kept, graph.Integer(2), 1);
        return (graph.Gather(boxes, places), graph.Gather(scores, places));
    }

    private static float[] OwnLevel(IReadOnlyList<int> levelCounts)
    {
        int total = levelCounts.Sum();
        float[] own = new float[levelCounts.Count * total];
        Array.Fill(own, float.NegativeInfinity);
        int start = 0;
        for (int level = 0; level < levelCounts.Count; level++)
        {
            own.AsSpan((level * total) + start, levelCounts[level]).Clear();
            start += levelCounts[level];
        }

        return own;
    }
}
