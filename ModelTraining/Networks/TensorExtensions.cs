using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

internal static class TensorExtensions
{
    /// <summary>The values of a float tensor of any shape, row-major.</summary>
    public static float[] ToArray(this Tensor values)
    {
        using Tensor contiguous = values.detach().to_type(ScalarType.Float32).contiguous();
        return MemoryMarshal.Cast<byte, float>(contiguous.bytes).ToArray();
    }
}
