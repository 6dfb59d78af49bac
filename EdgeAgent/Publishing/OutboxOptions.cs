using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>The results on the disk that the broker has not acknowledged yet.</summary>
internal sealed record OutboxOptions
{
    /// <summary>Share of the disk; a result has 2 to 20 kB. Results that need more take the share of the overlays.</summary>
    public double MaxMegabytes { get; init; } = 256;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MaxMegabytes is not (>= 1 and <= 1_000_000))
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "1 to 1000000 megabytes");
    }
}
