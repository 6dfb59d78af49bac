using System.Runtime.InteropServices;
using Google.Protobuf;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Onnx.Schema;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Onnx;

/// <summary>
/// Writes an ONNX graph node by node. Every value is named after its operator and the scopes around it
/// (<c>backbone/block3/depthwise/conv</c>), so that the file can be read in a viewer and a profile of
/// ONNX Runtime points at the part of the network.
/// </summary>
/// <remarks>
/// Opset 17 with IR version 8 is the oldest pair that has every operator used here as the model's contract
/// requests it: any ONNX Runtime from 1.12 on reads the file, older device images included.
/// </remarks>
internal sealed partial class OnnxGraph
{
    public const int Opset = 17;
    public const int IrVersion = 8;

    private readonly GraphProto graph;
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, OnnxValue> sharedConstants = [];
    private string scope = "";

    public OnnxGraph(string name, string description = "")
    {
        graph = new GraphProto { Name = name, DocString = description };
    }

    public int NodeCount => graph.Node.Count;

    /// <summary>Until it is disposed, everything written is named <paramref name="name"/>/...</summary>
    public IDisposable Scope(string name)
    {
        string outer = scope;
        scope = $"{outer}{name}/";
        return new ScopeEnd(() => scope = outer);
    }

    /// <summary>Declares an input of the graph; the name is taken as it is, outside all scopes.</summary>
    public OnnxValue Input(string name, TensorProto.Types.DataType type, IReadOnlyList<OnnxDimension> shape, string description = "")
    {
        Claim(name);
        graph.Input.Add(Describe(name, type, shape, description));
        return new OnnxValue(name);
    }

    /// <summary>
    /// Makes a value an output of the graph under exactly this name: the value itself is renamed, no node is added.
    /// </summary>
    public void Output(string name, OnnxValue value, TensorProto.Types.DataType type, IReadOnlyList<OnnxDimension> shape, string description = "")
    {
        Claim(name);
        Rename(value, name);
        graph.Output.Add(Describe(name, type, shape, description));
    }

    /// <summary>A tensor stored in the file under a name of its own.</summary>
    public OnnxValue Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Store(Unique(name), TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>A tensor stored in the file under a name of its own.</summary>
    public OnnxValue Constant(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Store(Unique(name), TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>A weight of the network; stored as float32 whatever its type and device are.</summary>
    public OnnxValue Constant(string name, Tensor tensor)
    {
        return Constant(name, tensor.cpu().ToArray(), tensor.shape);
    }

    /// <summary>Weight and bias of a layer, named <paramref name="name"/>/weight and /bias.</summary>
    public (OnnxValue Weight, OnnxValue Bias) Layer(string name, Tensor weight, Tensor bias) =>
        (Constant($"{name}/weight", weight), Constant($"{name}/bias", bias));

    /// <summary>A number of shape []; equal ones are stored once.</summary>
    public OnnxValue Number(float value) => Share(FormattableString.Invariant($"const/float {value:R}"), name =>
        Store(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes([value]), 1, []));

    /// <summary>A whole number of shape []; equal ones are stored once.</summary>
    public OnnxValue Integer(long value) => Share($"const/int {value}", name =>
        Store(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes([value]), 1, []));

    /// <summary>A small vector of whole numbers, such as a shape or axes; equal ones are stored once.</summary>
    public OnnxValue Integers(params long[] values) => Share($"const/int[{string.Join(',', values)}]", name =>
        Store(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes<long>(values), values.Length, [values.Length]));

    /// <summary>A small vector of numbers; equal ones are stored once.</summary>
    public OnnxValue Numbers(params float[] values) => Share(
        $"const/float[{string.Join(',', values.Select(v => FormattableString.Invariant($"{v:R}")))}]",
        name => Store(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(values), values.Length, [values.Length]));

    /// <summary>The whole file. Properties are written in the order given, so equal models are equal bytes.</summary>
    public byte[] ToModel(IEnumerable<KeyValuePair<string, string>> properties)
    {
        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = "leafseg-train",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            DocString = graph.DocString,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        Describe(model, properties);
        return model.ToByteArray();
    }

    /// <summary>What a model states about itself, in place of what it stated before.</summary>
    public static void Describe(ModelProto model, IEnumerable<KeyValuePair<string, string>> properties)
    {
        model.MetadataProps.Clear();
        model.MetadataProps.AddRange(properties.Select(property => new StringStringEntryProto { Key = property.Key, Value = property.Value }));
    }

    private OnnxValue Node(string operation, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Nodes(operation, 1, inputs, attributes)[0];

    private OnnxValue[] Nodes(string operation, int outputs, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
#pragma warning disable CA1308 // A name to read, not a key to compare.
        NodeProto node = new() { OpType = operation, Name = Unique(operation.ToLowerInvariant()) };
#pragma warning restore CA1308
        foreach (OnnxValue input in inputs)
        {
            node.Input.Add(input.Name);
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        for (int i = 0; i < outputs; i++)
        {
            node.Output.Add(outputs == 1 ? node.Name : $"{node.Name}.{i}");
        }

        graph.Node.Add(node);
        return [.. node.Output.Select(name => new OnnxValue(name))];
    }

    private OnnxValue Store(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, int count, ReadOnlySpan<long> shape)
    {
        long expected = 1;
        foreach (long size in shape)
        {
            expected *= size;
        }

        if (expected != count)
        {
            throw new ArgumentException($"{name}: {count} values do not fill the shape [{string.Join(',', shape.ToArray())}].", nameof(shape));
        }

        // The format is little-endian, and so is every machine that .NET and libtorch run on together.
        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.ToArray());
        graph.Initializer.Add(tensor);
        return new OnnxValue(name);
    }

    private OnnxValue Share(string name, Func<string, OnnxValue> store)
    {
        if (!sharedConstants.TryGetValue(name, out OnnxValue value))
        {
            Claim(name);
            value = store(name);
            sharedConstants.Add(name, value);
        }

        return value;
    }

    private string Unique(string name)
    {
        string candidate = scope + name;
        for (int n = 2; !names.Add(candidate); n++)
        {
            candidate = $"{scope}{name}_{n}";
        }

        return candidate;
    }

    private void Claim(string name)
    {
        if (!names.Add(name))
        {
            throw new ArgumentException($"The graph already has a value named '{name}'.", nameof(name));
        }
    }

    private void Rename(OnnxValue value, string name)
    {
        foreach (NodeProto node in graph.Node)
        {
            Replace(node.Input);
            Replace(node.Output);
        }

        void Replace(Google.Protobuf.Collections.RepeatedField<string> values)
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i] == value.Name)
                {
                    values[i] = name;
                }
            }
        }
    }

    private static ValueInfoProto Describe(string name, TensorProto.Types.DataType type, IReadOnlyList<OnnxDimension> shape, string description)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(shape.Select(d => d.Name is null
            ? new TensorShapeProto.Types.Dimension { DimValue = d.Size }
            : new TensorShapeProto.Types.Dimension { DimParam = d.Name }));
        return new ValueInfoProto { Name = name, DocString = description, Type = new TypeProto { TensorType = tensor } };
    }

    private sealed class ScopeEnd(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
