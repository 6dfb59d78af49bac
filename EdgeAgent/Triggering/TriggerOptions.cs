using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>What requests pictures; each source that is named here is on.</summary>
internal sealed record TriggerOptions
{
    public GpioOptions? Gpio { get; init; }

    public ScheduleOptions? Schedule { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Gpio is null && Schedule is null)
        {
            yield return new SettingProblem(name, "no source of triggers", $"{name}.gpio, {name}.schedule, or both");
        }

        foreach (SettingProblem problem in Gpio?.Problems($"{name}.gpio") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Schedule?.Problems($"{name}.schedule") ?? [])
        {
            yield return problem;
        }
    }
}
