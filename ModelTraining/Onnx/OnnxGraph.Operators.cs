using Google.Protobuf;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Onnx;

/// <summary>The operators of the standard (https://onnx.ai/onnx/operators) that the network needs, as opset 17 has them.</summary>
internal sealed partial class OnnxGraph
{
    /// <summary>
    /// x [N, C, H, W], weight [O, C / groups, k, k], bias [O]; zeros are put before (top and left) and after (bottom
    /// and right).
    /// </summary>
    public OnnxValue Conv(
        OnnxValue x, (OnnxValue Weight, OnnxValue Bias) layer, long stride = 1, (long Before, long After) padding = default, long groups = 1) =>
        Node("Conv", [x, layer.Weight, layer.Bias],
            Ints("strides", stride, stride), Ints("pads", padding.Before, padding.Before, padding.After, padding.After), Int("group", groups));

    /// <summary>x [N, C * size * size, H, W] to [N, C, H * size, W * size]: channel (i * size + j) * C + c of a cell is its part in row i and column j.</summary>
    public OnnxValue DepthToSpace(OnnxValue x, long size) => Node("DepthToSpace", [x], Int("blocksize", size), Text("mode", "DCR"));

    /// <summary>x [N, I] times weight [O, I] transposed (PyTorch's layout of a linear layer), plus bias [O].</summary>
    public OnnxValue Linear(OnnxValue x, (OnnxValue Weight, OnnxValue Bias) layer) =>
        Node("Gemm", [x, layer.Weight, layer.Bias], Int("transB", 1));

    /// <summary>The largest of each window; padding, before (top and left) and after (bottom and right), never wins.</summary>
    public OnnxValue MaxPool(OnnxValue x, long kernel, long stride, (long Before, long After) padding = default) =>
        Node("MaxPool", [x],
            Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride),
            Ints("pads", padding.Before, padding.Before, padding.After, padding.After));

    /// <summary>x [N, C, ...]: each channel of each picture to mean 0 and deviation 1.</summary>
    public OnnxValue InstanceNorm(OnnxValue x, long channels, float epsilon)
    {
        OnnxValue ones = Numbers([.. Enumerable.Repeat(1f, (int)channels)]);
        OnnxValue zeros = Numbers(new float[channels]);
        return Node("InstanceNormalization", [x, ones, zeros], Float("epsilon", epsilon));
    }

    /// <summary>Each pixel twice in both directions, as torch's <c>interpolate(scale_factor: 2, mode: nearest)</c>.</summary>
    public OnnxValue UpsampleNearestTwofold(OnnxValue x) =>
        Node("Resize", [x, OnnxValue.None, Numbers(1, 1, 2, 2)],
            Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"));

    public OnnxValue Relu(OnnxValue x) => Node("Relu", [x]);

    public OnnxValue Clip(OnnxValue x, float lowest, float highest) => Node("Clip", [x, Number(lowest), Number(highest)]);

    public OnnxValue Sigmoid(OnnxValue x) => Node("Sigmoid", [x]);

    public OnnxValue Softmax(OnnxValue x, long axis) => Node("Softmax", [x], Int("axis", axis));

    public OnnxValue Exp(OnnxValue x) => Node("Exp", [x]);

    public OnnxValue Add(OnnxValue a, OnnxValue b) => Node("Add", [a, b]);

    public OnnxValue Sub(OnnxValue a, OnnxValue b) => Node("Sub", [a, b]);

    public OnnxValue Mul(OnnxValue a, OnnxValue b) => Node("Mul", [a, b]);

    /// <summary>Of whole numbers the whole part.</summary>
    public OnnxValue Div(OnnxValue a, OnnxValue b) => Node("Div", [a, b]);

    public OnnxValue Min(OnnxValue a, OnnxValue b) => Node("Min", [a, b]);

    public OnnxValue Max(OnnxValue a, OnnxValue b) => Node("Max", [a, b]);

    public OnnxValue Equal(OnnxValue a, OnnxValue b) => Node("Equal", [a, b]);

    public OnnxValue GreaterOrEqual(OnnxValue a, OnnxValue b) => Node("GreaterOrEqual", [a, b]);

    /// <summary>Element by element: a where the condition holds, b elsewhere.</summary>
    public OnnxValue Where(OnnxValue condition, OnnxValue a, OnnxValue b) => Node("Where", [condition, a, b]);

    public OnnxValue Cast(OnnxValue x, TensorProto.Types.DataType type) => Node("Cast", [x], Int("to", (long)type));

    public OnnxValue ReduceMin(OnnxValue x, long axis) => Node("ReduceMin", [x], Ints("axes", axis), Int("keepdims", 0));

    public OnnxValue ReduceProduct(OnnxValue x, long axis) => Node("ReduceProd", [x], Ints("axes", axis), Int("keepdims", 0));

    public OnnxValue ReduceSum(OnnxValue x, long axis) => Node("ReduceSum", [x, Integers(axis)], Int("keepdims", 0));

    public OnnxValue Reshape(OnnxValue x, params long[] shape) => Node("Reshape", [x, Integers(shape)]);

    /// <summary>x in the shape of another value.</summary>
    public OnnxValue ReshapeLike(OnnxValue x, OnnxValue other) => Node("Reshape", [x, Shape(other)]);

    public OnnxValue Transpose(OnnxValue x, params long[] order) => Node("Transpose", [x], Ints("perm", order));

    /// <summary>All dimensions after the first become one.</summary>
    public OnnxValue Flatten(OnnxValue x) => Node("Flatten", [x], Int("axis", 1));

    public OnnxValue Squeeze(OnnxValue x, long axis) => Node("Squeeze", [x, Integers(axis)]);

    public OnnxValue Unsqueeze(OnnxValue x, params long[] axes) => Node("Unsqueeze", [x, Integers(axes)]);

    public OnnxValue Concat(long axis, params ReadOnlySpan<OnnxValue> values) => Node("Concat", values, Int("axis", axis));

    /// <summary>Cuts x along an axis into parts of these sizes.</summary>
    public OnnxValue[] Split(OnnxValue x, long axis, params long[] sizes) =>
        Nodes("Split", sizes.Length, [x, Integers(sizes)], Int("axis", axis));

    /// <summary>The shape of x as int64 [rank].</summary>
    public OnnxValue Shape(OnnxValue x) => Node("Shape", [x]);

    /// <summary>Rows (or, along another axis, slices) of x at these int64 indices; the indices' shape takes the axis's place.</summary>
    public OnnxValue Gather(OnnxValue x, OnnxValue indices, long axis = 0) => Node("Gather", [x, indices], Int("axis", axis));

    /// <summary>Indices of all that is true, int64 [rank, count], rising.</summary>
    public OnnxValue NonZero(OnnxValue x) => Node("NonZero", [x]);

    /// <summary>
    /// The first k (int64 [1]) along the last axis, largest or smallest first, with their places.
    /// Of equal values the one with the lower place comes first.
    /// </summary>
    public (OnnxValue Values, OnnxValue Places) TopK(OnnxValue x, OnnxValue k, bool largest = true)
    {
        OnnxValue[] outputs = Nodes("TopK", 2, [x, k], Int("axis", -1), Int("largest", largest ? 1 : 0), Int("sorted", 1));
        return (outputs[0], outputs[1]);
    }

    /// <summary>
    /// Greedy suppression: a box falls when its IoU with a kept one of its class is greater than the threshold, and a box
    /// whose score is not greater than <paramref name="scoreThreshold"/> never takes part.
    /// Of equal scores the box with the lower index comes first.
    /// Boxes are [1, boxes, 4] as x1 y1 x2 y2, scores [1, classes, boxes]; the result is int64 [kept, 3] as
    /// 0, class, box: class by class, score falling.
    /// </summary>
    public OnnxValue NonMaxSuppression(OnnxValue boxes, OnnxValue scores, long mostPerClass, float iouThreshold, float scoreThreshold) =>
        Node("NonMaxSuppression", [boxes, scores, Integer(mostPerClass), Number(iouThreshold), Number(scoreThreshold)]);

    /// <summary>
    /// Each box as size x size cells, a cell the mean of samples x samples bilinear points: [N, C, size, size].
    /// Features are [1, C, H, W], boxes [N, 4] that <paramref name="scale"/> brings to cells of the features, whose centres
    /// lie at half a cell or at whole ones (torchvision's aligned=True or False), pictures int64 [N] all 0.
    /// </summary>
    public OnnxValue RoiAlign(
        OnnxValue features, OnnxValue boxes, OnnxValue pictures, long size, float scale, long samples, bool halfPixel = true) =>
        Node("RoiAlign", [features, boxes, pictures],
            Text("coordinate_transformation_mode", halfPixel ? "half_pixel" : "output_half_pixel"), Text("mode", "avg"),
            Int("output_height", size), Int("output_width", size), Int("sampling_ratio", samples), Float("spatial_scale", scale));

    private static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Float(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values.ToArray());
        return attribute;
    }
}
