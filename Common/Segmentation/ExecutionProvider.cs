namespace LeafSeg.Common.Segmentation;

/// <summary>What ONNX Runtime computes with.</summary>
public enum ExecutionProvider
{
    Cpu,
    Cuda,
    TensorRt,
}
