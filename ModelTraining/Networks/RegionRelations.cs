using LeafSeg.ModelTraining.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Lets each region see the others of its picture before it is judged (relation networks, Hu et al. 2018): whether a patch is a
/// leaf depends on the leaves around it. Attention (Vaswani et al. 2017) whose weights are also drawn from how two regions lie
/// to each other; what is seen is added to what the region knows.
/// </summary>
internal sealed class RegionRelations : nn.Module<Tensor, RegionPairs, Tensor>
{
    private const int Heads = 8;
    private const int HeadWidth = 32;
    private const int PairWidth = 16;

    private readonly Linear queries;
    private readonly Linear keys;
    private readonly Linear values;
    private readonly Linear output;
    private readonly Linear pairs;
    private readonly Linear nearness;

    public RegionRelations(long width)
        : base(nameof(RegionRelations))
    {
        queries = nn.Linear(width, Heads * HeadWidth);
        keys = nn.Linear(width, Heads * HeadWidth);
        values = nn.Linear(width, Heads * HeadWidth);
        pairs = nn.Linear(RegionPairs.Width, PairWidth);
        nearness = nn.Linear(PairWidth, Heads);
        // Zeros at first: a network that was trained without it goes on as it was.
        output = nn.Linear(Heads * HeadWidth, width);
        nn.init.zeros_(output.weight);
        nn.init.zeros_(output.bias);
        RegisterComponents();
    }

    /// <param name="x">[R, width].</param>
    /// <param name="regions">How the R regions lie to those that they see.</param>
    /// <returns>[R, width].</returns>
    public override Tensor forward(Tensor x, RegionPairs regions)
    {
        Tensor seen = x[TensorIndex.Slice(regions.FirstSeen, null)];
        if (seen.shape[0] == 0)
        {
            return x;
        }

        Tensor near = nearness.forward(nn.functional.relu(pairs.forward(regions.Geometry))).permute(2, 0, 1);
        Tensor likeness = ByHead(queries.forward(x)).matmul(ByHead(keys.forward(seen)).transpose(1, 2)).Times(1 / Math.Sqrt(HeadWidth));
        Tensor weights = likeness.Plus(near);
        if (regions.OtherPicture is { } other)
        {
            weights = weights.Plus(other);
        }

        Tensor looked = weights.softmax(-1).matmul(ByHead(values.forward(seen)));
        return x.Plus(output.forward(looked.transpose(0, 1).reshape(-1, Heads * HeadWidth)));
    }

    /// <summary>Writes <see cref="forward"/> for regions that all see each other.</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="name">What this part is called there.</param>
    /// <param name="x">[R, width].</param>
    /// <param name="regions">[R, R, 5].</param>
    public OnnxValue WriteTo(OnnxGraph graph, string name, OnnxValue x, OnnxValue regions)
    {
        using IDisposable scope = graph.Scope(name);
        OnnxValue flat = graph.Reshape(regions, -1, RegionPairs.Width);
        OnnxValue near = Linear(nearness, "nearness", graph.Relu(Linear(pairs, "pairs", flat)));
        OnnxValue likeness = graph.Mul(
            graph.MatMul(ByHead(queries, "queries"), graph.Transpose(ByHead(keys, "keys"), 0, 2, 1)), graph.Number((float)(1 / Math.Sqrt(HeadWidth))));
        OnnxValue weights = graph.Softmax(graph.Add(likeness, graph.ReshapeLike(graph.Transpose(near, 1, 0), likeness)), -1);
        OnnxValue looked = graph.Transpose(graph.MatMul(weights, ByHead(values, "values")), 1, 0, 2);
        return graph.Add(x, Linear(output, "output", graph.Reshape(looked, -1, Heads * HeadWidth)));

        OnnxValue Linear(Linear layer, string layerName, OnnxValue input) => graph.Linear(input, graph.Layer(layerName, layer.weight, layer.bias!));
        OnnxValue ByHead(Linear layer, string layerName) =>
            graph.Transpose(graph.Reshape(Linear(layer, layerName, x), -1, Heads, HeadWidth), 1, 0, 2);
    }

    /// <summary>[R, heads * width of a head] to [heads, R, width of a head].</summary>
    private static Tensor ByHead(Tensor x) => x.view(-1, Heads, HeadWidth).transpose(0, 1);
}
