using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>What a model may need at most while it proves itself.</summary>
internal sealed record ProofOptions
{
    /// <summary>Of the model file.</summary>
    public double MaxFileMegabytes { get; init; } = 512;

    /// <summary>Operators in its graph.</summary>
    public int MaxNodes { get; init; } = 20_000;

    /// <summary>Memory of the process in which it proves itself.</summary>
    public double MaxMegabytes { get; init; } = 3000;

    /// <summary>For the whole proof; TensorRT needs minutes to build its engine.</summary>
    public double Seconds { get; init; } = 120;

    /// <summary>One picture may take so long; null: no limit.</summary>
    public double? MaxInferMs { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MaxFileMegabytes is not (> 0 and <= 2000))
        {
            yield return new SettingProblem($"{name}.maxFileMegabytes", MaxFileMegabytes, "more than 0 and up to 2000");
        }

        if (MaxNodes < 1)
        {
            yield return new SettingProblem($"{name}.maxNodes", MaxNodes, "1 or more");
        }

        if (!(MaxMegabytes >= 200))
        {
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "200 or more");
        }

        if (Seconds is not (>= 1 and <= 86_400))
        {
            yield return new SettingProblem($"{name}.seconds", Seconds, "1 to 86400 seconds");
        }

        if (MaxInferMs is <= 0)
        {
            yield return new SettingProblem($"{name}.maxInferMs", MaxInferMs, "more than 0, or null");
        }
    }
}
