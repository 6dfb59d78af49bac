using System.Runtime.InteropServices;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Health;

/// <summary>Asks the kernel whether the wall clock is right (adjtimex, as NTP and chrony set it).</summary>
internal static class SystemClock
{
    private const int Unsynchronised = 0x40;

    public static (ClockState State, double? ErrorMs) Read()
    {
        Timex clock = default;
        if (NtpAdjTime(ref clock) < 0 || (clock.Status & Unsynchronised) != 0)
            return (ClockState.Unsynchronised, null);
        return (ClockState.Synchronised, clock.EstimatedErrorUs / 1000.0);
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
