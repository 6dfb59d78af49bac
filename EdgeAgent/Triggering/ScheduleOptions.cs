using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Pictures at a fixed interval, at times of day, or both.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>A picture at the start and then one every so many seconds; null: none of these.</summary>
    public double? EverySeconds { get; init; }

    /// <summary>Times of day, "06:30" or "06:30:15".</summary>
    public IReadOnlyList<string> At { get; init; } = [];

    /// <summary>Where the times of day hold, "Europe/Brussels"; null: the machine's own time zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Name of the camera that is asked; null: every camera of the rig.</summary>
    public string? Camera { get; init; }

    /// <exception cref="FormatException">The settings were not checked.</exception>
    public TimesOfDay Times() => new(
        [.. At.Select(text => TimesOfDay.TryParse(text, out TimeOnly time) ? time : throw new FormatException(text))],
        TimeZone is null ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(TimeZone));

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (EverySeconds is null && At.Count == 0)
        {
            yield return new SettingProblem(name, "no time for a picture", $"{name}.everySeconds, {name}.at, or both");
        }

        if (EverySeconds is not (null or (>= 0.05 and <= 86_400)))
        {
            yield return new SettingProblem($"{name}.everySeconds", EverySeconds, "0.05 to 86400 seconds, or null");
        }

        for (int i = 0; i < At.Count; i++)
        {
            if (!TimesOfDay.TryParse(At[i], out _))
            {
                yield return new SettingProblem($"{name}.at[{i}]", At[i], "a time of day such as \"06:30\"");
            }
        }

        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new SettingProblem($"{name}.timeZone", TimeZone, "a time zone that this machine knows, such as \"Europe/Brussels\" (package tzdata), or null");
        }
    }
}
