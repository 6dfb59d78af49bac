using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>An objective of a microscope.</summary>
internal sealed record ObjectiveOptions
{
    /// <summary>As it is to stand in results, such as "4x".</summary>
    public string Name { get; init; } = "";

    /// <summary>Micrometres that one pixel covers with it.</summary>
    public double UmPerPx { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 63)
        {
            yield return new SettingProblem($"{name}.name", Name, "1 to 63 characters");
        }

        if (UmPerPx is not (> 0 and <= 100_000))
        {
            yield return new SettingProblem($"{name}.umPerPx", UmPerPx, "more than 0 and at most 100000 micrometres");
        }
    }
}
