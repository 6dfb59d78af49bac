namespace LeafSeg.EdgeAgent.Publishing;

internal sealed partial class PublishingLoop
{
    [LoggerMessage(411, LogLevel.Information, "{Count} results of an earlier run wait in the outbox and are sent first")]
    private partial void LogFound(long count);

    [LoggerMessage(412, LogLevel.Warning, "{Count} results stay in the outbox for the next start: {Reason}")]
    private partial void LogLeft(long count, string reason);

    [LoggerMessage(413, LogLevel.Warning,
        "Result {Sequence} is sent without its leaves: with them it has {Size} bytes, more than the broker takes")]
    private partial void LogTooLarge(long sequence, int size);
}
