namespace LeafSeg.Common.Segmentation;

/// <summary>What ONNX Runtime computes with.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,
    /// <summary>NVIDIA's CUDA.</summary>
    Cuda,
    /// <summary>NVIDIA's TensorRT, which compiles the graph first.</summary>
    TensorRt,
}

/// <summary>The providers' names, for people and for ONNX Runtime.</summary>
internal static class ExecutionProviderNames
{
    /// <summary>As it is published over MQTT.</summary>
    public static string Name(this ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cpu => "CPU",
        ExecutionProvider.Cuda => "CUDA",
        ExecutionProvider.TensorRt => "TensorRT",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, null),
    };

    /// <summary>As ONNX Runtime writes it.</summary>
    public static string RuntimeName(this ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cpu => "CPUExecutionProvider",
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        ExecutionProvider.TensorRt => "TensorrtExecutionProvider",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, null),
    };
}
