namespace LeafSeg.EdgeAgent.Triggering;

internal sealed partial class TriggerQueue
{
    [LoggerMessage(101, LogLevel.Warning, "A trigger came while the camera was busy or missing: missed. The next capture says how many.")]
    private partial void LogMissing();
}
