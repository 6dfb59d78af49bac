using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;

namespace LeafSeg.Common.Segmentation;

/// <summary>An opened model file: pixels in, leaves out.</summary>
public sealed class LeafModel : IDisposable
{
    private LeafModel(ModelMetadata metadata) => Metadata = metadata;

    /// <summary>What the file says about itself.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>"sha256:" and 64 hexadecimal digits of the whole file.</summary>
    public string Digest { get; } = "";

    /// <summary>What computes: "CPU", "CUDA" or "TensorRT".</summary>
    public string Provider { get; } = "CPU";

    /// <summary>Why it is not the provider wished for first, in a sentence for the log; null when it is.</summary>
    public string? ProviderNote { get; }

    /// <exception cref="ModelFileException">The file is missing, broken, or breaks the contract.</exception>
    public static LeafModel Open(string path, LeafModelOptions options) => throw new NotImplementedException();

    public IReadOnlyList<LeafInstance> Find(RgbImage picture) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
