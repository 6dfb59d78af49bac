namespace LeafSeg.EdgeAgent.Triggering;

internal sealed partial class TriggerQueue
{
    [LoggerMessage(101, LogLevel.Warning, "A trigger came while the camera was busy or away: missed. The next capture tells how many were.")]
    private partial void LogMissing();
}
