namespace LeafSeg.EdgeAgent.Capture.Genicam;

internal sealed partial class GenicamCamera
{
    [LoggerMessage(215, LogLevel.Information, "Camera {Name} is open, {Width} x {Height} pixels, {Format}, trigger {Trigger}")]
    private partial void LogOpened(string name, int width, int height, string format, string trigger);
}
