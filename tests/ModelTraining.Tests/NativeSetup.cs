using System.Runtime.CompilerServices;
using LeafSeg.ModelTraining.Native;

namespace LeafSeg.ModelTraining.Tests;

internal static class NativeSetup
{
    /// <summary>As the program does it: before the first tensor.</summary>
    [ModuleInitializer]
    internal static void Apply() => NativeTuning.Apply();
}
