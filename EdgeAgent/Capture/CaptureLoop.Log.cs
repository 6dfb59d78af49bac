namespace LeafSeg.EdgeAgent.Capture;

internal sealed partial class CaptureLoop
{
    [LoggerMessage(221, LogLevel.Warning, "The camera is opened again in {Seconds:0.0} s")]
    private partial void LogRetry(double seconds);

    [LoggerMessage(222, LogLevel.Information, "There are no more pictures")]
    private partial void LogNoMoreFrames();

    [LoggerMessage(223, LogLevel.Warning, "{Reason}: read again")]
    private partial void LogReadAgain(string reason);

    [LoggerMessage(224, LogLevel.Warning, "The camera returned the same picture {Count} times: opened again")]
    private partial void LogFrozen(int count);
}
