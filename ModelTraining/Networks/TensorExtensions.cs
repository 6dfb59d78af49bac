using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

internal static class TensorExtensions
{
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
