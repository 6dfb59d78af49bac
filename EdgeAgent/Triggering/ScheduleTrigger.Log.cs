namespace LeafSeg.EdgeAgent.Triggering;

internal sealed partial class ScheduleTrigger
{
    [LoggerMessage(121, LogLevel.Information, "A picture every {Seconds} s")]
    private partial void LogScheduled(double seconds);
}
