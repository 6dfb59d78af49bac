using System.Globalization;
using System.Runtime.InteropServices;
using LeafSeg.Common.CommandLine;
using TorchSharp;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>What a run was made on.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";

    public static IReadOnlyList<(string Name, string Value)> Describe() =>
    [
        ("Processor", Processor()),
        ("Cores", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount}, {torch.get_num_threads()} threads for the network")),
        ("Memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):F1} GiB")),
        ("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ("Runtime", RuntimeInformation.FrameworkDescription),
        ("Torch", $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {torch.__version__}"),
        ("LeafSeg", ProgramVersion.Text),
    ];

    private static string Processor()
    {
        string? line = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? "unknown" : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
