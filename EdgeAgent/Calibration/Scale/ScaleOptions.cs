using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>How large a pixel is: a fixed number, a microscope's objective, or markers in the picture. Nothing: not known.</summary>
internal sealed record ScaleOptions
{
    /// <summary>Millimetres that one pixel covers on the plant; with markers what they must roughly say.</summary>
    public double? MmPerPx { get; init; }

    public IReadOnlyList<ObjectiveOptions> Objectives { get; init; } = [];

    /// <summary>Name of the objective in use.</summary>
    public string? Objective { get; init; }

    public MarkerScaleOptions? Markers { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (MmPerPx is not (null or (> 0 and <= 100)))
        {
            yield return new SettingProblem($"{name}.mmPerPx", MmPerPx, "more than 0 and at most 100 millimetres, or null");
        }

        foreach (SettingProblem problem in Objectives.SelectMany((objective, i) => objective.Problems($"{name}.objectives[{i}]")))
        {
            yield return problem;
        }

        foreach (var twice in Objectives.GroupBy(objective => objective.Name).Where(g => g.Count() > 1))
        {
            yield return new SettingProblem($"{name}.objectives", twice.Key, "every objective once");
        }

        foreach (SettingProblem problem in Markers?.Problems($"{name}.markers") ?? [])
        {
            yield return problem;
        }

        if (Objective is not null && Objectives.All(objective => objective.Name != Objective))
        {
            yield return new SettingProblem($"{name}.objective", Objective, Objectives.Count == 0
                ? $"an objective of {name}.objectives, which names none"
                : $"one of {string.Join(", ", Objectives.Select(objective => objective.Name))}");
        }

        if (Objective is not null && (MmPerPx is not null || Markers is not null))
        {
            yield return new SettingProblem(name, "an objective and another scale", "objective alone: a microscope's scale is its objective's");
        }
    }
}
