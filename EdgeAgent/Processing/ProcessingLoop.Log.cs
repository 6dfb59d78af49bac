namespace LeafSeg.EdgeAgent.Processing;

internal sealed partial class ProcessingLoop
{
    [LoggerMessage(301, LogLevel.Error, "The picture {Source} could not be measured and is discarded")]
    private partial void LogFailed(string source, Exception exception);

    [LoggerMessage(302, LogLevel.Critical, "Capture {Capture} is lost: it could not be written to the disk before the agent stopped")]
    private partial void LogLost(Guid capture);

    [LoggerMessage(303, LogLevel.Warning, "An overlay was not written: {Reason}")]
    private partial void LogOverlayFailed(string reason);

    [LoggerMessage(304, LogLevel.Information, "Model {Name} {Version} runs on {Provider}")]
    private partial void LogModel(string name, string version, string provider);

    [LoggerMessage(305, LogLevel.Warning, "Not on the requested provider: {Note}")]
    private partial void LogOtherProvider(string note);

    [LoggerMessage(307, LogLevel.Warning, "A doubtful picture was not kept (originals.doubtful): {Reason}")]
    private partial void LogDoubtfulFailed(string reason);

    [LoggerMessage(306, LogLevel.Warning, "A picture as the camera gave it was not kept (originals): {Reason}")]
    private partial void LogOriginalFailed(string reason);
}
