using System.Globalization;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>Type and shape of an input or output.</summary>
/// <param name="Type">ONNX's number: 1 float32, 2 uint8.</param>
/// <param name="Shape">-1 where the length is open.</param>
internal sealed record OnnxTensor(int Type, IReadOnlyList<long> Shape)
{
    public const int Float32 = 1, Uint8 = 2;
    private const int MostDimensions = 8;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Type == Float32 ? "float32" : Type == Uint8 ? "uint8" : $"type {Type}")} [{string.Join(", ", Shape.Select(length => length < 0 ? "N" : $"{length}"))}]");

    /// <summary>Whether it is as the contract says; a length that is open in the file fits any, unless it must not be open.</summary>
    public bool Fits(OnnxTensor contract, bool mayBeOpen) => Type == contract.Type && Shape.Count == contract.Shape.Count
        && Shape.Zip(contract.Shape).All(pair => pair.First == pair.Second || pair.Second == -1 || (mayBeOpen && pair.First == -1));

    /// <summary>Reads a TypeProto; null where it is not a tensor.</summary>
    internal static OnnxTensor? ReadType(ReadOnlySpan<byte> message)
    {
        OnnxTensor? tensor = null;
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            tensor = fields is { Field: 1, IsBytes: true } && tensor is null ? ReadTensor(fields.Bytes) : null;
        }

        return tensor;
    }

    private static OnnxTensor ReadTensor(ReadOnlySpan<byte> message)
    {
        int type = 0;
        List<long> shape = [];
        ProtobufFields fields = new(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                type = (int)Math.Min(fields.Number, int.MaxValue);
            }
            else if (fields is { Field: 2, IsBytes: true })
            {
                ReadShape(fields.Bytes, shape);
            }
        }

        return new OnnxTensor(type, shape);
    }

    private static void ReadShape(ReadOnlySpan<byte> message, List<long> shape)
    {
        ProtobufFields dimensions = new(message);
        while (dimensions.Next())
        {
            if (shape.Count == MostDimensions)
            {
                throw new UnprovenException($"found more than {MostDimensions} dimensions; expected 4 at most");
            }

            long length = -1;
            ProtobufFields fields = new(dimensions.Bytes);
            while (fields.Next())
            {
                length = fields is { Field: 1, IsBytes: false } ? (long)fields.Number : -1;
            }

            shape.Add(length);
        }
    }
}
