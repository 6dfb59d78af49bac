using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Onnx;

internal static class TensorAssert
{
    public static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() > 0)
        {
            double difference = (expected.to(ScalarType.Float64) - actual.to(ScalarType.Float64)).abs().max().item<double>();
            Assert.True(difference <= tolerance, $"largest difference {difference}, allowed {tolerance}");
        }
    }

    /// <summary>The elements; unlike TorchSharp's own ToArray also those of an empty tensor.</summary>
    public static T[] Elements<T>(this Tensor tensor)
        where T : unmanaged => tensor.numel() == 0 ? [] : tensor.data<T>().ToArray();

    public static void Equal(Tensor expected, Tensor actual) => Close(expected, actual, 0);
}
