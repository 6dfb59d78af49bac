using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>How bad an alarm is.</summary>
public enum AlarmSeverity
{
    /// <summary>Results still come; an operator should look soon.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Results are missing or wrong.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}

/// <summary>Retained on <c>alarm/&lt;code&gt;</c> while it lasts; an empty payload clears it.</summary>
public sealed record Alarm
{
    /// <summary>When it was first seen, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How urgent it is.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>For a person: what was found.</summary>
    public required string Detail { get; init; }
}
