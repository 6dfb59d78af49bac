using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>
/// Which layers of a graph are to compute in 8-bit integers, and which values between them are to be bytes.
/// </summary>
/// <remarks>
/// A convolution or linear layer does where another layer comes after it, and a convolution where its input is bytes anyway (the
/// proposals' objectness and deltas). The last layers of boxes and masks stay float32: they are small, and their numbers are the
/// answer. What only moves or adds numbers in between stays in bytes.
/// </remarks>
internal sealed class IntegerPlan
{
    private static readonly string[] Weighted = ["Conv", "Gemm", "ConvTranspose"];
    private static readonly string[] Activations = ["Relu", "Clip"];
    private static readonly string[] Movers = ["Resize", "MaxPool", "Flatten"];

    private readonly GraphProto graph;
    private readonly Dictionary<string, List<NodeProto>> consumers = [];
    private readonly HashSet<NodeProto> layers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> measured = [];
    private readonly Dictionary<string, string> sameGrid = [];

    public IntegerPlan(GraphProto graph)
    {
        this.graph = graph;
        HashSet<string> stored = [.. graph.Initializer.Select(tensor => tensor.Name)];
        foreach (NodeProto node in graph.Node)
        {
            foreach (string input in node.Input.Distinct())
            {
                ConsumersOf(input).Add(node);
            }
        }

        Pixels = PixelBytes.In(graph);
        NodeProto[] withStoredWeights = [.. graph.Node.Where(node => node.OpType is "Conv" or "Gemm" && stored.Contains(node.Input[1]))];
        Add(withStoredWeights.Where(LeadsToLayer));
        Spread();
        Add(withStoredWeights.Where(node => node.OpType == "Conv" && IsByte(node.Input[0])));
        measured.ExceptWith(sameGrid.Keys);
        if (Pixels is not null)
        {
            measured.Remove(Pixels.Normalised);
        }
    }

    /// <summary>The network's input where it can be taken as the bytes that it is.</summary>
    public PixelBytes? Pixels { get; }

    /// <summary>Nodes whose weights become integers.</summary>
    public IReadOnlySet<NodeProto> Layers => layers;

    /// <summary>Values that need a grid of their own.</summary>
    public IReadOnlySet<string> Measured => measured;

    /// <summary>Values that have the grid of another: the same numbers, moved.</summary>
    public IReadOnlyDictionary<string, string> SameGrid => sameGrid;

    private void Add(IEnumerable<NodeProto> found)
    {
        foreach (NodeProto layer in found)
        {
            layers.Add(layer);
            measured.Add(layer.Input[0]);
            measured.Add(EndOf(layer));
        }
    }

    private List<NodeProto> ConsumersOf(string value)
    {
        if (!consumers.TryGetValue(value, out List<NodeProto>? nodes))
        {
            consumers.Add(value, nodes = []);
        }

        return nodes;
    }

    private bool LeadsToLayer(NodeProto node) => node.Output.SelectMany(ConsumersOf).Any(next =>
        Weighted.Contains(next.OpType) || ((Activations.Contains(next.OpType) || Movers.Contains(next.OpType) || next.OpType == "Add") && LeadsToLayer(next)));

    /// <summary>A layer's value behind its activation, which is part of it.</summary>
    private string EndOf(NodeProto layer) =>
        ConsumersOf(layer.Output[0]) is [{ } only] && Activations.Contains(only.OpType) ? only.Output[0] : layer.Output[0];

    /// <summary>From the layers on through what moves and adds bytes, in the order of the graph.</summary>
    private void Spread()
    {
        foreach (NodeProto node in graph.Node)
        {
            if (Movers.Contains(node.OpType) && IsByte(node.Input[0]))
            {
                sameGrid[node.Output[0]] = sameGrid.GetValueOrDefault(node.Input[0], node.Input[0]);
            }
            else if (node.OpType == "Add" && node.Input.All(IsByte) && LeadsToLayer(node))
            {
                measured.Add(node.Output[0]);
            }
        }
    }

    private bool IsByte(string value) => measured.Contains(value) || sameGrid.ContainsKey(value);
}
