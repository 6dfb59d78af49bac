using System.Runtime.CompilerServices;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.Tests;

/// <summary>A test may use ONNX Runtime before anything of LeafSeg.</summary>
internal static class NoTelemetry
{
    [ModuleInitializer]
    internal static void TurnOff() => OnnxTelemetry.TurnOff();
}
