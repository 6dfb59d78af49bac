using System.Globalization;
using System.Text;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>
/// What a model file says before anything opens it. Of each ONNX message only the fields that a model of ours can have are
/// let through (field numbers of https://onnx.ai, IR version 10): whatever else there is could mean something to the
/// runtime that was not reviewed here.
/// </summary>
internal sealed class OnnxOutline
{
    private const int LongestName = 256;
    private const int LongestProperty = 1 << 20;
    private const int MostTensors = 100_000;

    private readonly ProofOptions limits;
    private readonly Dictionary<string, string> properties = new(StringComparer.Ordinal);
    private readonly HashSet<string> domains = [];
    private int tensors;
    private bool hasGraph;

    private OnnxOutline(ProofOptions limits) => this.limits = limits;

    public int Nodes { get; private set; }

    /// <summary>Of the standard operators; null: the file names none.</summary>
    public long? Opset { get; private set; }

    public IReadOnlyDictionary<string, string> Properties => properties;

    public Dictionary<string, OnnxTensor> Inputs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, OnnxTensor> Outputs { get; } = new(StringComparer.Ordinal);

    /// <exception cref="UnprovenException">Not ONNX, or more or other than a model of ours holds.</exception>
    public static OnnxOutline Read(ReadOnlySpan<byte> file, ProofOptions limits)
    {
        OnnxOutline outline = new(limits);
        outline.ReadModel(file);
        return outline;
    }

    private void ReadModel(ReadOnlySpan<byte> message)
    {
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 or 2 or 3 or 4 or 5 or 6: // versions, names, words
                    break;
                case 7 when !hasGraph:
                    hasGraph = true;
                    ReadGraph(Inner(fields));
                    break;
                case 8:
                    ReadOpset(Inner(fields));
                    break;
                case 14:
                    ReadProperty(Inner(fields));
                    break;
                default:
                    throw Unknown("the model", fields.Field);
            }
        }

        if (!hasGraph)
        {
            throw new UnprovenException("not a model: found no graph; expected one");
        }
    }

    private void ReadGraph(ReadOnlySpan<byte> message)
    {
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    ReadNode(Inner(fields));
                    break;
                case 5:
                    ReadTensor(Inner(fields));
                    break;
                case 11:
                    ReadEnd(Inner(fields), Inputs);
                    break;
                case 12:
                    ReadEnd(Inner(fields), Outputs);
                    break;
                case 2 or 10 or 13: // names, words, and hints of the types between
                    break;
                default:
                    throw Unknown("the graph", fields.Field);
            }
        }
    }

    private void ReadNode(ReadOnlySpan<byte> message)
    {
        if (++Nodes > limits.MaxNodes)
        {
            throw new UnprovenException($"found more than {limits.MaxNodes} nodes; expected that many at most (updates.proof.maxNodes)");
        }

        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 or 2 or 3 or 4 or 6: // ends, names, words
                    break;
                case 5:
                    ReadAttribute(Inner(fields));
                    break;
                case 7:
                    RequireKnownDomain(Text(Inner(fields), LongestName));
                    break;
                default:
                    throw Unknown("a node", fields.Field);
            }
        }
    }

    private void ReadAttribute(ReadOnlySpan<byte> message)
    {
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 or 2 or 3 or 4 or 7 or 8 or 9 or 13 or 20: // its name, and plain values
                    break;
                case 5:
                    ReadTensor(Inner(fields));
                    break;
                case 6 or 11:
                    throw new UnprovenException("found a node with a graph inside (If, Loop, Scan); expected none: such a model need not end");
                default:
                    throw Unknown("a node's attribute", fields.Field);
            }
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> message)
    {
        if (++tensors > MostTensors)
        {
            throw new UnprovenException($"found more than {MostTensors} constants; expected that many at most");
        }

        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 or 2 or 4 or 5 or 6 or 7 or 8 or 9 or 10 or 11 or 12: // its shape, type, name, and values in some form
                    break;
                case 13 or 14:
                    throw new UnprovenException("found a constant whose values lie outside the file (external data); expected them inside");
                default:
                    throw Unknown("a constant", fields.Field);
            }
        }
    }

    private static void ReadEnd(ReadOnlySpan<byte> message, Dictionary<string, OnnxTensor> ends)
    {
        const int MostEnds = 16;
        string name = "";
        OnnxTensor? tensor = null;
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                name = Text(Inner(fields), LongestName);
            }
            else if (fields.Field == 2)
            {
                tensor = OnnxTensor.ReadType(Inner(fields));
            }
        }

        if (tensor is null || ends.Count == MostEnds || !ends.TryAdd(name, tensor))
        {
            throw new UnprovenException($"found the input or output \"{name}\" without a type, twice, or beyond {MostEnds}; expected each of the contract's once");
        }
    }

    private void ReadOpset(ReadOnlySpan<byte> message)
    {
        string domain = "";
        long version = 0;
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                domain = Text(Inner(fields), LongestName);
            }
            else if (fields.Field == 2)
            {
                version = (long)fields.Number;
            }
        }

        RequireKnownDomain(domain);
        if (!domains.Add(domain.Length == 0 ? "ai.onnx" : domain))
        {
            throw new UnprovenException("found two versions of the standard operators; expected one");
        }

        Opset = version;
    }

    private void ReadProperty(ReadOnlySpan<byte> message)
    {
        string key = "", value = "";
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                key = Text(Inner(fields), LongestName);
            }
            else if (fields.Field == 2)
            {
                value = Text(Inner(fields), LongestProperty);
            }
        }

        if (!properties.TryAdd(key, value))
        {
            throw new UnprovenException($"found the metadata key \"{key}\" twice; expected it once");
        }
    }

    private static void RequireKnownDomain(string domain)
    {
        if (domain is not ("" or "ai.onnx"))
        {
            throw new UnprovenException($"found operators of the domain \"{domain}\"; expected the standard ones alone");
        }
    }

    private static ReadOnlySpan<byte> Inner(ProtobufFields fields) => fields.IsBytes
        ? fields.Bytes
        : throw new UnprovenException($"not a whole ONNX file: found a number in field {fields.Field}; expected a text or a message");

    private static string Text(ReadOnlySpan<byte> utf8, int longest) => utf8.Length <= longest
        ? Encoding.UTF8.GetString(utf8)
        : throw new UnprovenException(string.Create(CultureInfo.InvariantCulture, $"found a text of {utf8.Length} bytes; expected {longest} at most"));

    private static UnprovenException Unknown(string where, int field) =>
        new($"found field {field} in {where}, which is doubled or not known to this program; expected a model that leafseg-train exported");
}
