namespace LeafSeg.EdgeAgent.Publishing;

internal sealed partial class HealthLoop
{
    [LoggerMessage(511, LogLevel.Warning, "The health message could not be published: {Reason}")]
    private partial void LogNotPublished(string reason);
}
