using System.Runtime.InteropServices;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Whether the wall clock is right.</summary>
/// <param name="errorMs">By how much it may be wrong; null: it is not synchronised.</param>
internal sealed class SystemClock(Func<double?> errorMs)
{
    private const int Unsynchronised = 0x40;
    private volatile bool wasRight;

    public SystemClock()
        : this(AskKernel)
    {
    }

    /// <summary>A clock that was right in this run is in <see cref="ClockState.Holdover"/> from then on.</summary>
    public (ClockState State, double? ErrorMs) Read()
    {
        double? error = errorMs();
        wasRight |= error is not null;
        return (error is not null ? ClockState.Synchronised : wasRight ? ClockState.Holdover : ClockState.Unsynchronised, error);
    }

    /// <summary>adjtimex, as NTP and chrony set it.</summary>
    private static double? AskKernel()
    {
        Timex clock = default;
        return NtpAdjTime(ref clock) < 0 || (clock.Status & Unsynchronised) != 0 ? null : clock.EstimatedErrorUs / 1000.0;
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NtpAdjTime(ref Timex clock);

    /// <summary>struct timex of 64-bit Linux; all zero asks and sets nothing.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct Timex
    {
        [FieldOffset(32)]
        public long EstimatedErrorUs;

        [FieldOffset(40)]
        public int Status;
    }
}
