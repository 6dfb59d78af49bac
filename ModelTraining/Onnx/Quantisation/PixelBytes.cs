using System.Runtime.InteropServices;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>
/// The network's input where its normalisation is itself a grid: one mean that is a whole number, and one deviation, for all
/// channels. Then the picture's bytes are the first layer's input, without any arithmetic or loss.
/// </summary>
/// <param name="Bytes">The value that holds the pixels, uint8 [1, 3, S, S].</param>
/// <param name="Normalised">The same as float32, as the first layer reads them.</param>
/// <param name="Grid">What a byte represents.</param>
/// <param name="Nodes">What computes the one from the other.</param>
internal sealed record PixelBytes(string Bytes, string Normalised, Grid Grid, IReadOnlyList<NodeProto> Nodes)
{
    /// <summary>Finds it, as <see cref="Networks.Backbone.WriteNormalisation"/> writes it; null where the normalisation is another.</summary>
    public static PixelBytes? In(GraphProto graph)
    {
        NodeProto? divide = graph.Node.FirstOrDefault(node => node.OpType == "Div");
        NodeProto? subtract = Producer(divide, "Sub");
        NodeProto? cast = Producer(subtract, "Cast");
        return cast is not null && Common(subtract!.Input[1]) is { } mean && Common(divide!.Input[1]) is { } deviation
            && mean == (byte)mean && deviation > 0
            ? new PixelBytes(cast.Input[0], divide.Output[0], new Grid(1 / deviation, (byte)mean), [cast, subtract, divide])
            : null;

        NodeProto? Producer(NodeProto? user, string operation) =>
            graph.Node.FirstOrDefault(node => node.Output[0] == user?.Input[0] && node.OpType == operation);

        float? Common(string constant)
        {
            TensorProto? tensor = graph.Initializer.FirstOrDefault(tensor => tensor.Name == constant);
            float[] numbers = tensor is null ? [] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
            return numbers.Distinct().Take(2).ToArray() is [float only] ? only : null;
        }
    }
}
