namespace LeafSeg.EdgeAgent.Telemetry;

internal sealed partial class AlarmBoard
{
    [LoggerMessage(501, LogLevel.Warning, "Alarm {Code}: {Detail}")]
    private partial void LogRaised(string code, string detail);

    [LoggerMessage(502, LogLevel.Information, "Alarm {Code} is over")]
    private partial void LogCleared(string code);
}
