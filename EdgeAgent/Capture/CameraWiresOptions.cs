using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>The lines between the rig and a camera: pulses that start the exposure and the light, and the camera's answer.</summary>
internal sealed record CameraWiresOptions
{
    /// <summary>Number, device path or label of the chip, or "simulated".</summary>
    public string Chip { get; init; } = "0";

    /// <summary>Starts the exposure of a camera that waits for it; null: the camera runs by itself.</summary>
    public PulseOptions? Trigger { get; init; }

    /// <summary>Switches the light on; null: there is none.</summary>
    public PulseOptions? Strobe { get; init; }

    /// <summary>The camera's exposure-active output, read back; null: not connected.</summary>
    public ReadBackOptions? ExposureActive { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Chip))
        {
            yield return new SettingProblem($"{name}.chip", Chip, $"a chip's number, path or label, or \"{GpioOptions.SimulatedChip}\"");
        }

        if (Trigger is null && Strobe is null)
        {
            yield return new SettingProblem(name, "no output", $"{name}.trigger, {name}.strobe, or both");
        }

        foreach (SettingProblem problem in (Trigger?.Problems($"{name}.trigger") ?? [])
            .Concat(Strobe?.Problems($"{name}.strobe") ?? [])
            .Concat(ExposureActive?.Problems($"{name}.exposureActive") ?? []))
        {
            yield return problem;
        }

        if (Trigger is { LineName: null } trigger && Strobe is { LineName: null } strobe && trigger.Line == strobe.Line)
        {
            yield return new SettingProblem($"{name}.strobe.line", strobe.Line, $"another line than {name}.trigger.line");
        }
    }
}

/// <summary>A pulse on an output line.</summary>
internal sealed record PulseOptions
{
    /// <summary>The line's offset on the chip; not looked at where <see cref="LineName"/> is given.</summary>
    public int Line { get; init; }

    public string? LineName { get; init; }

    /// <summary>The line rests high, and is low in the pulse.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>From the moment the trigger is served to the beginning of the pulse.</summary>
    public double DelayMs { get; init; }

    /// <summary>Ten times the receiver's debounce time is a good width.</summary>
    public double WidthMs { get; init; } = 10;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Line < 0)
        {
            yield return new SettingProblem($"{name}.line", Line, "a line's offset on its chip, 0 or more");
        }

        if (DelayMs is not (>= 0 and <= 10_000))
        {
            yield return new SettingProblem($"{name}.delayMs", DelayMs, "0 to 10000 milliseconds");
        }

        if (WidthMs is not (>= 0.05 and <= 10_000))
        {
            yield return new SettingProblem($"{name}.widthMs", WidthMs, "0.05 to 10000 milliseconds");
        }
    }
}

/// <summary>A line by which the camera signals its exposure.</summary>
internal sealed record ReadBackOptions
{
    /// <summary>The line's offset on the chip; not looked at where <see cref="LineName"/> is given.</summary>
    public int Line { get; init; }

    public string? LineName { get; init; }

    /// <summary>The line is low while the camera exposes.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>How long after the last output pulse is over the answer may take.</summary>
    public double WithinMs { get; init; } = 500;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Line < 0)
        {
            yield return new SettingProblem($"{name}.line", Line, "a line's offset on its chip, 0 or more");
        }

        if (WithinMs is not (>= 1 and <= 60_000))
        {
            yield return new SettingProblem($"{name}.withinMs", WithinMs, "1 to 60000 milliseconds");
        }
    }
}
