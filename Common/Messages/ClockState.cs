namespace LeafSeg.Common.Messages;

/// <summary>Whether the wall clock is right.</summary>
public enum ClockState
{
    Unsynchronised,
    Synchronised,

    /// <summary>It was synchronised once in this boot and runs on by itself.</summary>
    Holdover,
}
