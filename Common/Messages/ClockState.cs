using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>Whether the wall clock is right.</summary>
public enum ClockState
{
    /// <summary>Nothing sets the clock.</summary>
    [JsonStringEnumMemberName("unsynchronised")]
    Unsynchronised,

    /// <summary>A reference sets the clock.</summary>
    [JsonStringEnumMemberName("synchronised")]
    Synchronised,

    /// <summary>It was synchronised once in this boot and runs on by itself.</summary>
    [JsonStringEnumMemberName("holdover")]
    Holdover,
}
