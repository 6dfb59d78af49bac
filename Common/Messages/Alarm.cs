namespace LeafSeg.Common.Messages;

/// <summary>How bad an alarm is.</summary>
public enum AlarmSeverity
{
    Warning,
    Critical,
}

/// <summary>Retained on <c>alarm/&lt;code&gt;</c> while it lasts; an empty payload clears it.</summary>
public sealed record Alarm
{
    public required DateTimeOffset Since { get; init; }

    public required AlarmSeverity Severity { get; init; }

    /// <summary>For a person: what was found.</summary>
    public required string Detail { get; init; }
}
