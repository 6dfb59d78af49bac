using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Onnx;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>How the regions of a picture lie to each other: what <see cref="RegionRelations"/> weighs them by.</summary>
/// <remarks>
/// As in Hu et al. 2018, equation 5: the logarithms of the distance between the centres, across and down, as a share of the
/// region's own sides, and of the ratios of the sides; besides them the IoU, which tells a second sight of one leaf from its neighbour.
/// </remarks>
internal sealed record RegionPairs
{
    /// <summary>Numbers that describe a pair.</summary>
    public const int Width = 5;

    // A thousandth of a side is as good as no distance (equation 5).
    private const float NoDistance = 1e-3f;

    // Weights behind a softmax that no float32 can hold.
    private const float Unseen = -1e9f;

    /// <summary>The regions from here on are those that the others see.</summary>
    public required int FirstSeen { get; init; }

    /// <summary>[R, S, 5]: each region to each of those that are seen.</summary>
    public required Tensor Geometry { get; init; }

    /// <summary>[R, S]: 0, or so low that a region of another picture counts for nothing; null where all are of one.</summary>
    public required Tensor? OtherPicture { get; init; }

    /// <param name="regions">Of one or more pictures; of each at least one that is seen, where it has any.</param>
    /// <param name="firstSeen">See <see cref="FirstSeen"/>.</param>
    public static RegionPairs Of(IReadOnlyList<RoiAlign.Region> regions, int firstSeen = 0)
    {
        Box[] boxes = [.. regions.Select(region => region.Box)];
        Tensor all = tensor(MemoryMarshal.Cast<Box, float>(boxes).ToArray(), [boxes.Length, 4]);
        Tensor pictures = tensor(regions.Select(region => (long)region.Picture).ToArray());
        bool isOne = regions.All(region => region.Picture == regions[0].Picture);
        return new RegionPairs
        {
            FirstSeen = firstSeen,
            Geometry = Describe(all.unsqueeze(1), all[TensorIndex.Slice(firstSeen, null)].unsqueeze(0)),
            OtherPicture = isOne
                ? null
                : pictures.unsqueeze(1).not_equal(pictures[TensorIndex.Slice(firstSeen, null)].unsqueeze(0)).to_type(ScalarType.Float32).Times(Unseen),
        };
    }

    /// <summary>Writes <see cref="Geometry"/> of boxes [R, 4] that all see each other.</summary>
    public static OnnxValue WriteTo(OnnxGraph graph, OnnxValue boxes)
    {
        using IDisposable scope = graph.Scope("pairs");
        OnnxValue[] corners = graph.Split(boxes, 1, 2, 2);
        OnnxValue sides = graph.Sub(corners[1], corners[0]);
        OnnxValue centres = graph.Mul(graph.Add(corners[0], corners[1]), graph.Number(0.5f));
        OnnxValue distance = graph.Div(graph.Abs(graph.Sub(Row(centres), Column(centres))), Column(sides));
        OnnxValue ratio = graph.Div(Row(sides), Column(sides));

        OnnxValue zero = graph.Number(0);
        OnnxValue common = graph.ReduceProduct(
            graph.Max(graph.Sub(graph.Min(Row(corners[1]), Column(corners[1])), graph.Max(Row(corners[0]), Column(corners[0]))), zero), 2);
        OnnxValue area = graph.ReduceProduct(sides, 1);
        OnnxValue either = graph.Sub(graph.Add(Row(area), Column(area)), common);
        return graph.Concat(
            2, graph.Log(graph.Max(distance, graph.Number(NoDistance))), graph.Log(ratio), graph.Unsqueeze(graph.Div(common, either), 2));

        OnnxValue Column(OnnxValue x) => graph.Unsqueeze(x, 1);
        OnnxValue Row(OnnxValue x) => graph.Unsqueeze(x, 0);
    }

    /// <param name="column">[R, 1, 4].</param>
    /// <param name="row">[1, S, 4].</param>
    private static Tensor Describe(Tensor column, Tensor row)
    {
        (Tensor first, Tensor last) = (Corner(column, 0), Corner(column, 2));
        (Tensor seenFirst, Tensor seenLast) = (Corner(row, 0), Corner(row, 2));
        (Tensor sides, Tensor seenSides) = (last - first, seenLast - seenFirst);
        Tensor distance = (seenFirst.Plus(seenLast) - first.Plus(last)).Times(0.5).abs() / sides;
        Tensor common = (minimum(last, seenLast) - maximum(first, seenFirst)).relu().prod(2, keepdim: true);
        Tensor either = sides.prod(2, keepdim: true).Plus(seenSides.prod(2, keepdim: true)) - common;
        return cat([distance.clamp_min(NoDistance).log(), (seenSides / sides).log(), common / either], 2);

        static Tensor Corner(Tensor boxes, int from) => boxes[TensorIndex.Ellipsis, TensorIndex.Slice(from, from + 2)];
    }
}
