namespace LeafSeg.EdgeAgent.Triggering;

internal sealed partial class ScheduleTrigger
{
    [LoggerMessage(121, LogLevel.Information, "A picture every {Seconds} s")]
    private partial void LogInterval(double seconds);

    [LoggerMessage(122, LogLevel.Information, "The next picture by the time of day is due at {Next:u}")]
    private partial void LogNext(DateTimeOffset next);

    [LoggerMessage(123, LogLevel.Warning, "The picture of {Due:u} is left out: the clock says that this was {Minutes:0} minutes ago")]
    private partial void LogTooLate(DateTimeOffset due, double minutes);

    [LoggerMessage(124, LogLevel.Warning,
        "{Missed} pictures were due since the last capture ({Since:u}) while the agent was not running: missed. The next capture says how many.")]
    private partial void LogAway(long missed, DateTimeOffset since);
}
