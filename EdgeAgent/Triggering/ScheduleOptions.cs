using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Pictures at a fixed interval.</summary>
internal sealed record ScheduleOptions
{
    public double EverySeconds { get; init; } = 600;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (EverySeconds is not (>= 0.05 and <= 86_400))
            yield return new SettingProblem($"{name}.everySeconds", EverySeconds, "0.05 to 86400 seconds");
    }
}
