namespace LeafSeg.EdgeAgent.Capture.Network;

internal sealed partial class StreamCamera
{
    [LoggerMessage(214, LogLevel.Information, "Camera {Name} is open, {Width} x {Height} pixels")]
    private partial void LogOpened(string name, int width, int height);
}
