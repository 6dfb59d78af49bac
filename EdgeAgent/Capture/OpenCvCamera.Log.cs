namespace LeafSeg.EdgeAgent.Capture;

internal sealed partial class OpenCvCamera
{
    [LoggerMessage(211, LogLevel.Information, "Camera {Path} is open, {Width} x {Height} pixels, {Format}")]
    private partial void LogOpened(string path, int width, int height, string format);

    [LoggerMessage(212, LogLevel.Warning, "Camera {Path} was asked for {WantedWidth} x {WantedHeight} pixels and gives {Width} x {Height}")]
    private partial void LogOtherSize(string path, int wantedWidth, int wantedHeight, int width, int height);

    [LoggerMessage(213, LogLevel.Warning, "Camera {Path} does not take camera.device.{Setting}: it stays at {Found}, {Wanted} was asked for")]
    private partial void LogNotTaken(string path, string setting, string found, string wanted);
}
