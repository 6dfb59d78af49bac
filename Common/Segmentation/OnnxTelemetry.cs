using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using LeafSeg.Common.Native;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// ONNX Runtime 1.29 and newer reports its use to its maker: a device id and events in files below the home folder, and a
/// collector that is contacted at each start. Only this variable turns it off whole, and the library reads it while it is
/// loaded; its own call (DisableTelemetryEvents) comes after the first event.
/// </summary>
public static class OnnxTelemetry
{
    /// <summary>ONNX Runtime reports nothing where this is 1 before its library loads.</summary>
    public const string OffVariable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Called before anything of this assembly runs. A program that uses ONNX Runtime past this assembly calls it first.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No program that links this assembly may be able to forget it.")]
    public static void TurnOff() => NativeEnvironment.Set(OffVariable, "1");
}
