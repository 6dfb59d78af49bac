namespace LeafSeg.EdgeAgent.Publishing;

internal sealed partial class HealthLoop
{
    [LoggerMessage(511, LogLevel.Warning, "The broker was not told how this rig is: {Reason}")]
    private partial void LogUntold(string reason);
}
