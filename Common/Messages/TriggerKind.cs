namespace LeafSeg.Common.Messages;

/// <summary>What can ask for a picture.</summary>
public enum TriggerKind
{
    Gpio,
    Schedule,
    Command,
}
