using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>A model's graph in 8-bit integers: half the time on a processor that has instructions for it, a third of the bytes.</summary>
internal static class IntegerModel
{
    /// <summary>Whether a model is one.</summary>
    public static bool Is(ModelProto model) => model.Graph.Node.Any(node => node.OpType == "QuantizeLinear");

    /// <summary>Chooses the grids on pictures, and writes the integers.</summary>
    /// <param name="model">In float32; stays as it is.</param>
    /// <param name="pictures">How many pictures to choose the grids with.</param>
    /// <param name="read">[S * S * 3] RGB of one, letterboxed to the model's input; each is requested twice.</param>
    /// <param name="advance">Called after each picture, twice as often as there are pictures.</param>
    /// <param name="cancellation">Ends it between two pictures.</param>
    public static ModelProto Of(ModelProto model, int pictures, Func<int, RgbImage> read, Action advance, CancellationToken cancellation)
    {
        ModelProto integer = model.Clone();
        IntegerPlan plan = new(integer.Graph);
        IntegerGraph.Rewrite(integer.Graph, plan, Calibration.Run(model, plan.Measured, pictures, read, advance, cancellation));
        return integer;
    }
}
