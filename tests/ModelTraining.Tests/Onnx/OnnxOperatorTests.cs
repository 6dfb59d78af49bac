using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeafSeg.ModelTraining.Tests.Onnx;

/// <summary>Each operator that has room for a misunderstanding, against TorchSharp.</summary>
public sealed class OnnxOperatorTests : IDisposable
{
    private readonly DisposeScope disposing = NewDisposeScope();
    private readonly Generator random = new(7);

    public void Dispose() => disposing.Dispose();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 0)]
    [InlineData(2, 0, 1)]
    public void A_convolution_pads_each_side_on_its_own(long stride, long before, long after)
    {
        Tensor x = Normal(1, 4, 9, 11);
        Tensor weight = Normal(6, 4, 3, 3);
        Tensor bias = Normal(6);
        Tensor expected = functional.conv2d(functional.pad(x, (before, after, before, after)), weight, bias, [stride, stride]);

        Tensor actual = OnnxRun.Single(
            (g, v) => g.Conv(v[0], g.Layer("conv", weight, bias), stride, (before, after)), x);

        TensorAssert.Close(expected, actual, 1e-5);
    }

    [Fact]
    public void A_depthwise_convolution_keeps_channels_apart()
    {
        Tensor x = Normal(1, 4, 8, 8);
        Tensor weight = Normal(4, 1, 5, 5);
        Tensor bias = Normal(4);
        Tensor expected = functional.conv2d(x, weight, bias, padding: [2, 2], groups: 4);

        Tensor actual = OnnxRun.Single(
            (g, v) => g.Conv(v[0], g.Layer("conv", weight, bias), 1, (2, 2), 4), x);

        TensorAssert.Close(expected, actual, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_mask_head_runs_on_any_number_of_boxes(long boxes)
    {
        Tensor all = Normal(5, 4, 6, 6);
        Tensor x = all.slice(0, 0, boxes, 1);
        Tensor weight = Normal(4, 4, 3, 3);
        Tensor up = Normal(4, 2, 2, 2);
        Tensor bias = Normal(4);
        Tensor upBias = Normal(2);
        Tensor expected = functional.conv_transpose2d(functional.conv2d(x, weight, bias, padding: [1, 1]).relu(), up, upBias, strides: [2, 2]).sigmoid();

        // The boxes come out of a gather, so that their number is known only when the graph runs.
        Tensor actual = OnnxRun.Single(
            (g, v) => g.Sigmoid(g.DepthToSpace(
                g.Conv(g.Relu(g.Conv(g.Gather(v[0], v[1]), g.Layer("conv", weight, bias), 1, (1, 1))), g.Layer("up", MaskHead.ToQuarters(up), upBias.repeat(4))), 2)),
            all, arange(boxes));

        TensorAssert.Close(expected, actual, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_linear_layer_runs_on_any_number_of_boxes(long boxes)
    {
        Tensor x = Normal(boxes, 12);
        Tensor weight = Normal(3, 12);
        Tensor bias = Normal(3);

        Tensor actual = OnnxRun.Single((g, v) => g.Softmax(g.Linear(v[0], g.Layer("linear", weight, bias)), 1), x);

        TensorAssert.Close(functional.softmax(functional.linear(x, weight, bias), 1), actual, 1e-6);
    }

    [Fact]
    public void Pooling_never_lets_the_padding_win()
    {
        Tensor x = Normal(1, 2, 8, 8) - 10;
        Tensor expected = functional.max_pool2d(x, 3, 2, 1);

        TensorAssert.Equal(expected, OnnxRun.Single((g, v) => g.MaxPool(v[0], 3, 2, (1, 1)), x));
    }

    [Fact]
    public void Upsampling_repeats_each_pixel_as_torch_does()
    {
        Tensor x = Normal(1, 3, 5, 7);
        Tensor expected = functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

        TensorAssert.Equal(expected, OnnxRun.Single((g, v) => g.UpsampleNearestTwofold(v[0]), x));
    }

    [Fact]
    public void Clipping_to_zero_and_six_is_relu6()
    {
        Tensor x = Normal(1, 1, 8, 8) * 8;

        TensorAssert.Equal(functional.relu6(x), OnnxRun.Single((g, v) => g.Clip(v[0], 0, 6), x));
    }

    [Fact]
    public void Of_equal_values_the_first_is_the_best()
    {
        Tensor x = tensor(new float[] { 1, 3, 2, 3, 2, 3 });

        Tensor[] actual = OnnxRun.Run((g, v) => { var (a, b) = g.TopK(v[0], g.Integers(4)); return [a, b]; }, x);

        Assert.Equal([3f, 3, 3, 2], actual[0].Elements<float>());
        Assert.Equal([1f, 3, 5, 2], actual[1].Elements<float>());
    }

    [Fact]
    public void The_best_of_nothing_is_nothing()
    {
        Tensor[] actual = OnnxRun.Run((g, v) => { var (a, b) = g.TopK(v[0], g.Shape(v[0])); return [a, b]; }, zeros(0));

        Assert.Equal([0L], actual[0].shape);
        Assert.Equal([0L], actual[1].shape);
    }

    [Fact]
    public void Suppression_needs_more_overlap_than_the_threshold_and_more_score()
    {
        // The second box covers exactly half of the first: IoU 1/2. The last has exactly the threshold's score.
        Tensor boxes = tensor(new float[,] { { 0, 0, 4, 4 }, { 0, 0, 4, 2 }, { 8, 8, 9, 9 } }).unsqueeze(0);
        Tensor scores = tensor(new float[] { .9f, .8f, .25f }).reshape(1, 1, 3);

        Tensor at = OnnxRun.Single((g, v) => g.NonMaxSuppression(v[0], v[1], 10, .5f, .25f), boxes, scores);
        Tensor below = OnnxRun.Single((g, v) => g.NonMaxSuppression(v[0], v[1], 10, .49f, .2f), boxes, scores);

        Assert.Equal([0f, 1f], at.select(1, 2).Elements<float>());
        Assert.Equal([0f, 2f], below.select(1, 2).Elements<float>());
    }

    private Tensor Normal(params long[] shape) => randn(shape, generator: random);
}
