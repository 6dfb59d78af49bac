using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>
/// Rewrites a float32 graph so that its layers compute in 8-bit integers (Jacob et al. 2018): weights as signed bytes with a scale
/// for each output channel, values between the layers as unsigned bytes with a <see cref="Grid"/> of their own.
/// </summary>
/// <remarks>
/// In the form that ONNX calls QDQ: every integer tensor is followed by its way back to float32, so the file says what it means in
/// standard operators, and a runtime fuses what it has integer code for. What it has none for it computes in float32, rounded
/// alike.
/// </remarks>
internal sealed class IntegerGraph
{
    private const float LargestWeight = sbyte.MaxValue;

    private readonly GraphProto graph;
    private readonly IntegerPlan plan;
    private readonly IReadOnlyDictionary<string, Grid> grids;
    private readonly Dictionary<string, TensorProto> stored;
    private readonly Dictionary<string, Weights> weights = [];
    private readonly Dictionary<string, string> rounded = [];
    private readonly List<NodeProto> nodes = [];

    private IntegerGraph(GraphProto graph, IntegerPlan plan, IReadOnlyDictionary<string, Grid> grids)
    {
        this.graph = graph;
        this.plan = plan;
        this.grids = grids;
        stored = graph.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <param name="graph">Is changed.</param>
    /// <param name="plan">Of this graph.</param>
    /// <param name="grids">One for each of the plan's measured values.</param>
    public static void Rewrite(GraphProto graph, IntegerPlan plan, IReadOnlyDictionary<string, Grid> grids) =>
        new IntegerGraph(graph, plan, grids).Rewrite();

    private void Rewrite()
    {
        foreach (NodeProto node in graph.Node)
        {
            if (plan.Pixels is { } pixels && pixels.Nodes.Contains(node, ReferenceEqualityComparer.Instance))
            {
                if (node.Output[0] == pixels.Normalised)
                {
                    ReadPixels(pixels);
                }

                continue;
            }

            string[] inputs = [.. node.Input];
            for (int i = 0; i < inputs.Length; i++)
            {
                node.Input[i] = rounded.GetValueOrDefault(inputs[i], inputs[i]);
            }

            if (plan.Layers.Contains(node))
            {
                Weights layer = WeightsOf(inputs[1]);
                node.Input[1] = layer.Name;
                node.Input[2] = Bias(node, inputs[2], layer, GridOf(inputs[0]));
            }

            nodes.Add(node);
            foreach (string output in node.Output)
            {
                if (plan.Measured.Contains(output) || plan.SameGrid.ContainsKey(output))
                {
                    rounded.Add(output, Round(output, GridOf(output)));
                }
            }
        }

        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        HashSet<string> used = [.. nodes.SelectMany(node => node.Input)];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(stored.Values.Where(tensor => used.Contains(tensor.Name)));
    }

    private Grid GridOf(string value) =>
        plan.Pixels is { } pixels && pixels.Normalised == value ? pixels.Grid : grids[plan.SameGrid.GetValueOrDefault(value, value)];

    private void ReadPixels(PixelBytes pixels)
    {
        (string scale, string zero) = StoreGrid(pixels.Normalised, pixels.Grid);
        Node("DequantizeLinear", pixels.Normalised, pixels.Bytes, scale, zero);
    }

    /// <summary>A value to bytes and back.</summary>
    private string Round(string value, Grid grid)
    {
        (string scale, string zero) = StoreGrid(value, grid);
        return Node("DequantizeLinear", $"{value}/real", Node("QuantizeLinear", $"{value}/bytes", value, scale, zero), scale, zero);
    }

    private (string Scale, string Zero) StoreGrid(string value, Grid grid) => (
        Store($"{value}/scale", TensorProto.Types.DataType.Float, [grid.Scale]),
        Store($"{value}/zero", TensorProto.Types.DataType.Uint8, [grid.Zero]));

    /// <summary>Signed bytes, 0 in the middle, the largest weight of each output channel at 127; stored once for all layers that share it.</summary>
    private Weights WeightsOf(string name)
    {
        if (weights.TryGetValue(name, out Weights? known))
        {
            return known;
        }

        TensorProto tensor = stored[name];
        ReadOnlySpan<float> real = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        int channels = (int)tensor.Dims[0];
        int inputs = real.Length / channels;
        sbyte[] bytes = new sbyte[real.Length];
        float[] scales = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> row = real.Slice(channel * inputs, inputs);
            float largest = TensorPrimitives.MaxMagnitude(row);
            scales[channel] = largest == 0 ? 1 : MathF.Abs(largest) / LargestWeight;
            for (int i = 0; i < inputs; i++)
            {
                bytes[(channel * inputs) + i] = (sbyte)MathF.Round(row[i] / scales[channel]);
            }
        }

        string back = Dequantise(name, TensorProto.Types.DataType.Int8, bytes, tensor.Dims, scales);
        return weights[name] = new Weights(back, scales);
    }

    /// <summary>In 32 bits, in the unit of the sums that it is added to: input's scale times weights' scale.</summary>
    private string Bias(NodeProto layer, string name, Weights weights, Grid input)
    {
        TensorProto tensor = stored[name];
        float[] scales = [.. weights.Scales.Select(scale => scale * input.Scale)];
        int[] integers = [.. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Zip(scales, (real, scale) =>
            (int)Math.Clamp(Math.Round((double)real / scale), int.MinValue, int.MaxValue))];
        return Dequantise($"{layer.Name}/bias", TensorProto.Types.DataType.Int32, integers, tensor.Dims, scales);
    }

    private string Dequantise<T>(string name, TensorProto.Types.DataType type, T[] integers, IEnumerable<long> shape, float[] scales)
        where T : unmanaged
    {
        string value = Store($"{name}/integers", type, integers, [.. shape]);
        string scale = Store($"{name}/scale", TensorProto.Types.DataType.Float, scales, scales.Length);
        string zero = Store($"{name}/zero", type, new T[scales.Length], scales.Length);
        string back = Node("DequantizeLinear", $"{name}/real", value, scale, zero);
        nodes[^1].Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        return back;
    }

    private string Node(string operation, string output, params ReadOnlySpan<string> inputs)
    {
        NodeProto node = new() { OpType = operation, Name = output, Output = { output } };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        nodes.Add(node);
        return output;
    }

    private string Store<T>(string name, TensorProto.Types.DataType type, T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        foreach (long length in shape)
        {
            tensor.Dims.Add(length);
        }

        stored.Add(name, tensor);
        return name;
    }

    /// <summary>The dequantised weights' name, and the scale of each output channel.</summary>
    private sealed record Weights(string Name, float[] Scales);
}
