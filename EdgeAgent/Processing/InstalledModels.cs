using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The model files that came with the program.</summary>
internal static class InstalledModels
{
    private const string Prefix = "leafseg-";

    /// <summary>Those in 8-bit integers, which a processor computes in half the time.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The same in float32: ONNX Runtime has no integer convolutions for a GPU, and TensorRT takes no unsigned bytes.</summary>
    public static string FolderForGpu { get; } = Path.Combine(Folder, "float32");

    /// <summary>Where the models for a provider are. A package for the processor alone has none for a GPU.</summary>
    public static string FolderFor(ExecutionProvider provider) => provider == ExecutionProvider.Cpu || !Directory.Exists(FolderForGpu) ? Folder : FolderForGpu;

    /// <summary>The file with the highest version in its name: leafseg-1.10.0.onnx is newer than leafseg-1.9.0.onnx.</summary>
    /// <exception cref="AgentException">There is none.</exception>
    public static string Newest(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Prefix}*.onnx") : [];
        return files.OrderBy(file => file, StringComparer.Ordinal).MaxBy(VersionOf, SemanticVersion.Precedence)
            ?? throw new AgentException(ExitCode.Model,
                $"model.file (--model): not given, and found no {Prefix}*.onnx in {folder}; expected a model file");
    }

    /// <returns>Null, which is below every version: the name holds none.</returns>
    private static SemanticVersion? VersionOf(string file) => SemanticVersion.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..]);
}
