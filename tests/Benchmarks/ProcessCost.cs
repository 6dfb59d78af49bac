using System.Globalization;

namespace LeafSeg.Benchmarks;

/// <summary>What the kernel says a process has cost.</summary>
internal static class ProcessCost
{
    /// <summary>Bytes that reached the storage layer.</summary>
    public static long WrittenBytes(int process) => Field($"/proc/{process}/io", "write_bytes:");

    public static double ResidentMb(int process) => Field($"/proc/{process}/status", "VmRSS:") / 1024.0;

    public static double HighestResidentMb(int process) => Field($"/proc/{process}/status", "VmHWM:") / 1024.0;

    /// <summary>Seconds of a core, in the program and in the kernel for it.</summary>
    public static double CpuSeconds(int process)
    {
        const double TicksPerSecond = 100;
        string stat = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static long Field(string file, string name) => long.Parse(
        File.ReadLines(file).Single(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim().Split(' ')[0],
        CultureInfo.InvariantCulture);
}
