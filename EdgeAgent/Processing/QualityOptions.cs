using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Limits of a picture's quality numbers; a picture beyond them is measured all the same, and raises an alarm.</summary>
internal sealed record QualityOptions
{
    /// <summary>0 blurred .. 1 sharp; null: no limit. Depends on the lens and the plants: look at what good pictures have.</summary>
    public double? SharpnessLowest { get; init; }

    /// <summary>Highest share of pixels that are white; null: no limit.</summary>
    public double? SaturatedHighest { get; init; } = 0.5;

    /// <summary>Highest share of pixels that are black; null: no limit.</summary>
    public double? DarkHighest { get; init; } = 0.98;

    /// <summary>So many pictures in a row beyond a limit raise the alarm; one within it clears it.</summary>
    public int AlarmAfter { get; init; } = 3;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        foreach ((string limit, double? value) in new[]
        {
            ("sharpnessLowest", SharpnessLowest), ("saturatedHighest", SaturatedHighest), ("darkHighest", DarkHighest),
        })
        {
            if (value is not (null or (>= 0 and <= 1)))
            {
                yield return new SettingProblem($"{name}.{limit}", value, "0 to 1, or null");
            }
        }

        if (AlarmAfter is not (>= 1 and <= 10_000))
        {
            yield return new SettingProblem($"{name}.alarmAfter", AlarmAfter, "1 to 10000 pictures");
        }
    }
}
