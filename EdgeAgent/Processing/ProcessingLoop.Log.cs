namespace LeafSeg.EdgeAgent.Processing;

internal sealed partial class ProcessingLoop
{
    [LoggerMessage(301, LogLevel.Error, "The picture {Source} could not be measured and is given up")]
    private partial void LogFailed(string source, Exception exception);

    [LoggerMessage(302, LogLevel.Critical, "Capture {Capture} is lost: the disk did not take it before the agent had to stop")]
    private partial void LogLost(Guid capture);

    [LoggerMessage(303, LogLevel.Warning, "An overlay was not written: {Reason}")]
    private partial void LogOverlayFailed(string reason);

    [LoggerMessage(304, LogLevel.Information, "Model {Name} {Version} runs on {Provider}")]
    private partial void LogModel(string name, string version, string provider);

    [LoggerMessage(305, LogLevel.Warning, "Not on the provider asked for: {Note}")]
    private partial void LogOtherProvider(string note);

    [LoggerMessage(306, LogLevel.Warning, "A picture as the camera gave it was not kept (originals): {Reason}")]
    private partial void LogOriginalFailed(string reason);
}
