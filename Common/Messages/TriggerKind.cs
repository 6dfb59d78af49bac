using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>What can ask for a picture.</summary>
public enum TriggerKind
{
    [JsonStringEnumMemberName("gpio")]
    Gpio,

    [JsonStringEnumMemberName("schedule")]
    Schedule,

    [JsonStringEnumMemberName("command")]
    Command,
}
