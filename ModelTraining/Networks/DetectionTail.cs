using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// What follows the convolutions of Mask R-CNN (He et al. 2017) and its feature pyramid (Lin et al. 2017), said in
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

        OnnxValue[] parts = graph.Split(deltas, 1, 2, 2);
        OnnxValue shift = graph.Div(parts[0], graph.Number(coder.CentreWeight));
        OnnxValue logScale = graph.Min(graph.Div(parts[1], graph.Number(coder.SizeWeight)), graph.Number(BoxCoder.MaximumLogScale));

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

    /// <summary>Boxes [N, 4] inside 0 and <paramref name="bounds"/> [4].</summary>
    public static OnnxValue ClipBoxes(this OnnxGraph graph, OnnxValue boxes, OnnxValue bounds) =>
        graph.Min(graph.Max(boxes, graph.Number(0)), bounds);

    /// <summary>The largest numbers of a box inside the input [1, H, W, 3], float32 [4]: width, height, width, height, each less a margin.</summary>
    public static OnnxValue Bounds(this OnnxGraph graph, OnnxValue input, float margin)
    {
        using IDisposable scope = graph.Scope("bounds");
        OnnxValue sides = graph.Cast(graph.Gather(graph.Shape(input), graph.Integers(2, 1, 2, 1)), TensorProto.Types.DataType.Float);
        return margin == 0 ? sides : graph.Sub(sides, graph.Number(margin));
    }

    /// <summary>
    /// The best anchors of a level, best first: <paramref name="most"/> of them or all there are. An anchor's place says where
    /// it lies, so none has to be stored and the map may have any size.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="objectness">[1, A, H, W], A anchors a cell.</param>
    /// <param name="deltas">[1, A * 4, H, W].</param>
    /// <param name="anchors">What they are like.</param>
    /// <param name="most">How many to keep.</param>
    public static Candidates BestAnchors(this OnnxGraph graph, OnnxValue objectness, OnnxValue deltas, LevelAnchors anchors, int most)
    {
        OnnxValue logits = graph.Reshape(graph.Transpose(objectness, 0, 2, 3, 1), -1);
        OnnxValue flatDeltas = graph.Reshape(graph.Transpose(deltas, 0, 2, 3, 1), -1, 4);
        (OnnxValue best, OnnxValue places) = graph.TopK(logits, graph.Min(graph.Shape(logits), graph.Integers(most)));

        OnnxValue count = graph.Integer(anchors.HalfSizes.Length);
        OnnxValue columns = graph.Gather(graph.Shape(objectness), graph.Integer(3));
        OnnxValue cell = graph.Div(places, count);
        OnnxValue row = graph.Div(cell, columns);
        OnnxValue column = graph.Sub(cell, graph.Mul(row, columns));
        OnnxValue ofCell = graph.Sub(places, graph.Mul(cell, count));
        OnnxValue cells = graph.Cast(graph.Concat(1, graph.Unsqueeze(column, 1), graph.Unsqueeze(row, 1)), TensorProto.Types.DataType.Float);
        OnnxValue centres = graph.Mul(graph.Add(cells, graph.Number(anchors.CentreInCell)), graph.Number(anchors.Stride));
        OnnxValue halfSizes = graph.Gather(
            graph.Constant("half-sizes", [.. anchors.HalfSizes.SelectMany(half => new[] { half.Width, half.Height })], anchors.HalfSizes.Length, 2), ofCell);
        OnnxValue ends = graph.Add(centres, halfSizes);
        return new Candidates(
            graph.Concat(1, graph.Sub(centres, halfSizes), anchors.InnerMargin == 0 ? ends : graph.Sub(ends, graph.Number(anchors.InnerMargin))),
            graph.Gather(flatDeltas, places), best, graph.Add(graph.Mul(places, graph.Integer(0)), graph.Integer(anchors.Level)));
    }

    /// <summary>Candidates one after the other.</summary>
    public static Candidates Join(this OnnxGraph graph, IReadOnlyList<Candidates> parts) => new(
        graph.Concat(0, [.. parts.Select(part => part.Boxes)]), graph.Concat(0, [.. parts.Select(part => part.Deltas)]),
        graph.Concat(0, [.. parts.Select(part => part.Objectness)]), graph.Concat(0, [.. parts.Select(part => part.Levels)]));

    /// <summary>The best of all candidates, best first.</summary>
    public static Candidates BestOf(this OnnxGraph graph, Candidates all, int most)
    {
        (OnnxValue best, OnnxValue places) = graph.TopK(all.Objectness, graph.Min(graph.Shape(all.Objectness), graph.Integers(most)));
        return new Candidates(graph.Gather(all.Boxes, places), graph.Gather(all.Deltas, places), best, graph.Gather(all.Levels, places));
    }

    /// <summary>
    /// Suppression within each pyramid level, then the best of all levels together: boxes [N, 4], best first,
    /// N at most <paramref name="most"/>.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="candidates">Moved; the objectness of what is excluded is minus infinity.</param>
    /// <param name="levels">How many levels there are.</param>
    /// <param name="leastObjectness">Only what has more is proposed.</param>
    /// <param name="iouThreshold">A box falls when it overlaps a better one of its level by more.</param>
    /// <param name="most">How many to keep.</param>
    public static OnnxValue SelectProposals(this OnnxGraph graph, Candidates candidates, int levels, float leastObjectness, float iouThreshold, int most)
    {
        using IDisposable scope = graph.Scope("select");
        // One suppression for all levels: each level is a class, and a box is a candidate in its own only.
        OnnxValue numbers = graph.Constant("levels", [.. Enumerable.Range(0, levels).Select(level => (long)level)], levels, 1);
        OnnxValue levelScores = graph.Unsqueeze(
            graph.Where(graph.Equal(numbers, graph.Unsqueeze(candidates.Levels, 0)), candidates.Objectness, graph.Number(float.NegativeInfinity)), 0);
        // More than `most` of one level cannot be among the best `most` of all.
        OnnxValue kept = graph.NonMaxSuppression(graph.Unsqueeze(candidates.Boxes, 0), levelScores, most, iouThreshold, Math.Max(leastObjectness, LowestScore));

        OnnxValue places = graph.Gather(kept, graph.Integer(2), 1);
        OnnxValue keptScores = graph.Gather(candidates.Objectness, places);
        (_, OnnxValue best) = graph.TopK(keptScores, graph.Min(graph.Shape(places), graph.Integers(most)));
        return graph.Gather(candidates.Boxes, graph.Gather(places, best));
    }

    /// <summary>
    /// Features of each box from the pyramid level that fits its size: [N, C, size, size] in the order of the boxes.
    /// </summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="levels">The pyramid, finest first, with the pixels between two cells of each.</param>
    /// <param name="boxes">[N, 4].</param>
    /// <param name="areaSteps">A box is on level i when its area reaches exactly i of these rising areas (one fewer than levels).</param>
    /// <param name="size">Cells across.</param>
    /// <param name="sampling">Where the features are read.</param>
    public static OnnxValue PoolFromPyramid(
        this OnnxGraph graph, IReadOnlyList<(OnnxValue Features, int Stride)> levels, OnnxValue boxes, float[] areaSteps, int size,
        RoiSampling sampling)
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
            pooled.Add(sampling.WriteTo(graph, levels[i].Features, graph.Gather(boxes, here), firstPicture, levels[i].Stride, size));
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

    /// <summary>The anchors of a pyramid level, the same in each cell.</summary>
    /// <param name="Level">They are suppressed with those of the same number.</param>
    /// <param name="Stride">Pixels from cell to cell.</param>
    /// <param name="CentreInCell">Where they are centred, in strides from the cell's corner.</param>
    /// <param name="HalfSizes">In the order of the channels.</param>
    /// <param name="InnerMargin">How much earlier a box ends, in pixels.</param>
    internal sealed record LevelAnchors(
        int Level, int Stride, float CentreInCell, (float Width, float Height)[] HalfSizes, float InnerMargin = 0);

    /// <summary>K boxes: [K, 4], their deltas [K, 4], objectness (logits) [K] and pyramid levels, int64 [K].</summary>
    internal sealed record Candidates(OnnxValue Boxes, OnnxValue Deltas, OnnxValue Objectness, OnnxValue Levels);
}
