namespace LeafSeg.EdgeAgent.Capture;

internal sealed partial class PictureFolder
{
    [LoggerMessage(201, LogLevel.Information, "{Count} pictures in {Folder}, one per trigger")]
    private partial void LogOpened(int count, string folder);

    [LoggerMessage(202, LogLevel.Error, "Picture skipped: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(203, LogLevel.Information, "{Picture}: {Conversion}")]
    private partial void LogConverted(string picture, string conversion);
}
