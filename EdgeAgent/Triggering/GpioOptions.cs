using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Triggering;

internal enum ActiveEdge
{
    Rising,
    Falling,
}

internal enum LinePull
{
    None,
    Up,
    Down,
}

/// <summary>A GPIO line whose pulses ask for pictures.</summary>
internal sealed record GpioOptions
{
    public const string SimulatedChip = "simulated";

    /// <summary>Number, device path or label of the chip ("0", "/dev/gpiochip0", "tegra234-gpio"), or "simulated".</summary>
    public string Chip { get; init; } = "0";

    /// <summary>The line's offset on the chip.</summary>
    public int Line { get; init; }

    public ActiveEdge Edge { get; init; } = ActiveEdge.Rising;

    public LinePull Pull { get; init; } = LinePull.None;

    /// <summary>The line must stay active as long to count. 0: every edge counts at once.</summary>
    public double DebounceMs { get; init; } = 2;

    /// <summary>Pulses that follow a trigger within this time are ignored.</summary>
    public double HoldOffMs { get; init; } = 100;

    /// <summary>Only with the simulated chip: a pulse every so many seconds.</summary>
    public double SimulatedEverySeconds { get; init; } = 1;

    public bool IsSimulated => Chip == SimulatedChip;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Chip))
            yield return new SettingProblem($"{name}.chip", Chip, "a chip's number, path or label, or \"simulated\"");
        if (Line < 0)
            yield return new SettingProblem($"{name}.line", Line, "a line's offset on its chip, 0 or more");
        if (DebounceMs is not (>= 0 and <= 1000))
            yield return new SettingProblem($"{name}.debounceMs", DebounceMs, "0 to 1000 milliseconds");
        if (HoldOffMs is not (>= 0 and <= 3_600_000))
            yield return new SettingProblem($"{name}.holdOffMs", HoldOffMs, "0 to 3600000 milliseconds");
        if (SimulatedEverySeconds is not (>= 0.05 and <= 86_400))
            yield return new SettingProblem($"{name}.simulatedEverySeconds", SimulatedEverySeconds, "0.05 to 86400 seconds");
    }
}
