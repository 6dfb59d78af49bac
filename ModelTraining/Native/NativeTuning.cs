using System.Runtime.InteropServices;
using LeafSeg.Common.Native;

namespace LeafSeg.ModelTraining.Native;

/// <summary>
/// Settings of libtorch that have to be made through libc, before the first tensor: what .NET sets in its environment does not reach
/// native code.
/// </summary>
internal static partial class NativeTuning
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    public static void Apply()
    {
        LetThreadsSleep();
        KeepFreedMemory();
    }

    /// <summary>
    /// OpenMP threads spin while they wait by default; with anything else on the machine a training step then takes two
    /// to ten times as long. libgomp reads its environment when it is loaded.
    /// </summary>
    private static void LetThreadsSleep()
    {
        NativeEnvironment.SetDefault("OMP_WAIT_POLICY", "PASSIVE");
        NativeEnvironment.SetDefault("GOMP_SPINCOUNT", "0");
    }

    /// <summary>
    /// A step frees and takes again hundreds of tensors of megabytes. glibc gives each back to the kernel, which clears every
    /// page again: a tenth of the processor time of a step. The memory of the largest step so far is kept instead.
    /// </summary>
    private static void KeepFreedMemory()
    {
        // The most that glibc takes: half a heap of an arena. Larger tensors still come from the kernel.
        _ = SetAllocator(MapThreshold, 32 << 20);
        _ = SetAllocator(TrimThreshold, int.MaxValue);
        _ = SetAllocator(TopPad, 64 << 20);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);
}
