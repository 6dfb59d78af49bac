using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>The model and how it is run.</summary>
internal sealed record ModelOptions
{
    /// <summary>An ONNX file; null: the newest leafseg-*.onnx beside the program, in "models", or in "models/float32" for a GPU.</summary>
    public string? File { get; init; }

    /// <summary>Cpu, Cuda or TensorRt. The provider that is really in use is part of the info message.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Threads on the processor; 0: one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Lowest score of a leaf, 0 to 1; null: the model's own.</summary>
    public float? ScoreThreshold { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!Enum.IsDefined(Provider))
        {
            yield return new SettingProblem($"{name}.provider", (int)Provider, $"one of {string.Join(", ", Enum.GetNames<ExecutionProvider>())}");
        }

        if (Threads is not (>= 0 and <= 256))
        {
            yield return new SettingProblem($"{name}.threads", Threads, "0 to 256 threads");
        }

        if (ScoreThreshold is not (null or (>= 0 and <= 1)))
        {
            yield return new SettingProblem($"{name}.scoreThreshold", ScoreThreshold, "0 to 1, or null");
        }
    }

    public LeafModelOptions ForSession(string stateFolder) => new()
    {
        Providers = Provider == ExecutionProvider.Cpu ? [ExecutionProvider.Cpu] : [Provider, ExecutionProvider.Cpu],
        Threads = Threads,
        ScoreThreshold = ScoreThreshold,
        TensorRtCacheFolder = Path.Combine(stateFolder, "tensorrt"),
    };
}
