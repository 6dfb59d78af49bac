using LeafSeg.EdgeAgent.Faults;

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

/// <summary>A GPIO line whose pulses request pictures.</summary>
internal sealed record GpioOptions
{
    public const string SimulatedChip = "simulated";

    /// <summary>Number, device path or label of the chip ("0", "/dev/gpiochip0", "tegra234-gpio"), or "simulated".</summary>
    public string Chip { get; init; } = "0";

    /// <summary>The line's offset on the chip; not looked at where <see cref="LineName"/> is given.</summary>
    public int Line { get; init; }

    /// <summary>The line's name on the chip ("PAC.06"), which outlives a new kernel; null: <see cref="Line"/> counts.</summary>
    public string? LineName { get; init; }

    public ActiveEdge Edge { get; init; } = ActiveEdge.Rising;

    /// <summary>The line is active when it is low; <see cref="Edge"/> is then that of the inverted signal.</summary>
    public bool ActiveLow { get; init; }

    public LinePull Pull { get; init; } = LinePull.None;

    /// <summary>The line must stay active as long to count. 0: every edge counts at once.</summary>
    public double DebounceMs { get; init; } = 2;

    /// <summary>Pulses that follow a trigger within this time are ignored.</summary>
    public double HoldOffMs { get; init; } = 100;

    /// <summary>Pictures that one pulse requests.</summary>
    public int BurstPictures { get; init; } = 1;

    /// <summary>From one picture of a burst to the next.</summary>
    public double BurstEveryMs { get; init; } = 500;

    /// <summary>Name of the camera that is asked; null: every camera of the rig.</summary>
    public string? Camera { get; init; }

    /// <summary>Only with the simulated chip: a pulse every so many seconds.</summary>
    public double SimulatedEverySeconds { get; init; } = 1;

    public bool IsSimulated => Chip == SimulatedChip;

    /// <summary>A pulse begins with the line going high.</summary>
    public bool BeginsHigh => (Edge == ActiveEdge.Rising) != ActiveLow;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Chip))
        {
            yield return new SettingProblem($"{name}.chip", Chip, "a chip's number, path or label, or \"simulated\"");
        }

        if (Line < 0)
        {
            yield return new SettingProblem($"{name}.line", Line, "a line's offset on its chip, 0 or more");
        }

        if (LineName is not null && (string.IsNullOrWhiteSpace(LineName) || LineName.Length > 31))
        {
            yield return new SettingProblem($"{name}.lineName", LineName, "a line's name of 1 to 31 characters, or null");
        }

        if (LineName is not null && IsSimulated)
        {
            yield return new SettingProblem($"{name}.lineName", LineName, $"null: the lines of the simulated chip have numbers only ({name}.line)");
        }

        if (DebounceMs is not (>= 0 and <= 1000))
        {
            yield return new SettingProblem($"{name}.debounceMs", DebounceMs, "0 to 1000 milliseconds");
        }

        if (HoldOffMs is not (>= 0 and <= 3_600_000))
        {
            yield return new SettingProblem($"{name}.holdOffMs", HoldOffMs, "0 to 3600000 milliseconds");
        }

        if (BurstPictures is not (>= 1 and <= 1000))
        {
            yield return new SettingProblem($"{name}.burstPictures", BurstPictures, "1 to 1000 pictures");
        }

        if (BurstEveryMs is not (>= 1 and <= 3_600_000))
        {
            yield return new SettingProblem($"{name}.burstEveryMs", BurstEveryMs, "1 to 3600000 milliseconds");
        }

        if (SimulatedEverySeconds is not (>= 0.05 and <= 86_400))
        {
            yield return new SettingProblem($"{name}.simulatedEverySeconds", SimulatedEverySeconds, "0.05 to 86400 seconds");
        }
    }
}
