using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Parity;

internal static class Agreement
{
    /// <summary>The largest difference, as a share of the largest expected value, is at most <paramref name="tolerance"/>.</summary>
    public static void Require(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        using IDisposable noGradient = no_grad();
        double difference = (expected - actual).abs().max().item<float>();
        double largest = expected.abs().max().item<float>();
        Assert.True(difference <= tolerance * largest, $"{what}: {difference} off, {largest} is the largest value");
    }
}
