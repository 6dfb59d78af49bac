namespace LeafSeg.EdgeAgent.RemoteCommands;

internal sealed partial class CommandLoop
{
    [LoggerMessage(701, LogLevel.Information, "Command on {Topic} with the id {Id} is answered")]
    private partial void LogAnswered(string topic, string? id);

    [LoggerMessage(702, LogLevel.Warning, "The answer to the command on {Topic} was not sent: {Reason}")]
    private partial void LogUnheard(string topic, string reason);

    [LoggerMessage(703, LogLevel.Warning, "Too many commands at once: the one on {Topic} is dropped")]
    private partial void LogTooMany(string topic);

    [LoggerMessage(704, LogLevel.Warning, "The rig was paused before its restart and still is: it takes no pictures until the command \"resume\"")]
    private partial void LogPaused();
}
