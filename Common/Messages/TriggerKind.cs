using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>What can request a picture.</summary>
public enum TriggerKind
{
    /// <summary>An edge at an input line.</summary>
    [JsonStringEnumMemberName("gpio")]
    Gpio,

    /// <summary>A time of the schedule.</summary>
    [JsonStringEnumMemberName("schedule")]
    Schedule,

    /// <summary>A command over MQTT.</summary>
    [JsonStringEnumMemberName("command")]
    Command,
}
