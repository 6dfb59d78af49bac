using System.Runtime.InteropServices;

namespace LeafSeg.ModelTraining.Native;

/// <summary>
/// Room for a signal on the thread that makes it, until it is disposed there. .NET gives each thread 8 KiB more than a page for signals; once
/// libtorch or ONNX Runtime has computed with AMX, whose tiles are 8 KiB of a thread's state, the kernel finds no room to deliver one and
/// ends the process. A null reference, an exception elsewhere, is such a signal (sigaltstack(2), Notes).
/// </summary>
internal sealed partial class SignalStack : IDisposable
{
    private const int SizeBytes = 64 << 10;

    private readonly nint memory;
    private readonly StackOfSignals before;

    public SignalStack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        memory = Marshal.AllocHGlobal(SizeBytes);
        if (Set(new StackOfSignals { Start = memory, Size = SizeBytes }, out before) != 0)
        {
            Marshal.FreeHGlobal(memory);
            memory = 0;
        }
    }

    public void Dispose()
    {
        if (memory != 0 && Set(before, out _) == 0)
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaltstack")]
    private static partial int Set(in StackOfSignals now, out StackOfSignals before);

    /// <summary>stack_t of signal.h on 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StackOfSignals
    {
        public nint Start;
        public int Flags;
        public nint Size;
    }
}
