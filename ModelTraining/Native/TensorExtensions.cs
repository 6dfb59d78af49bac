using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Native;

internal static class TensorExtensions
{
    private static readonly Scalar One = 1;

    /// <summary>
    /// a + b. TorchSharp's own operator leaves the factor 1 that it hands to libtorch to the garbage collector, which now
    /// and then frees it while it is being read; here it lives as long as the program.
    /// </summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b for each element; safe as the other is.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using Scalar addend = b;
        return a.add(addend, One);
    }

    /// <summary>a * b for each element; safe as the others are.</summary>
    public static Tensor Times(this Tensor a, double b)
    {
        using Scalar factor = b;
        return a.mul(factor);
    }

    /// <summary>Whether the module's weights are trained.</summary>
    public static void RequireGradient(this nn.Module module, bool required)
    {
        foreach (Parameter weight in module.parameters())
        {
            weight.requires_grad = required;
        }
    }

    /// <summary>Takes over what a network of the same shape has counted, not learnt: the statistics of its batch norms.</summary>
    public static void TakeStatistics(this nn.Module module, nn.Module source)
    {
        using IDisposable noGradient = no_grad();
        foreach ((Tensor own, Tensor counted) in module.buffers().Zip(source.buffers()))
        {
            own.copy_(counted);
        }
    }

    /// <summary>The values of a float tensor of any shape, row-major.</summary>
    public static float[] ToArray(this Tensor values)
    {
        using Tensor contiguous = values.detach().to_type(ScalarType.Float32).contiguous();
        return MemoryMarshal.Cast<byte, float>(contiguous.bytes).ToArray();
    }
}
