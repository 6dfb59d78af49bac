namespace LeafSeg.EdgeAgent.Triggering;

internal sealed partial class GpioTrigger
{
    [LoggerMessage(111, LogLevel.Information, "Waiting for pulses on GPIO line {Line} of chip {Chip}, {Edge} edge")]
    private partial void LogListening(int line, string chip, string edge);
}
