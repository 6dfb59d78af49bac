using System.Text.RegularExpressions;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>A program that writes the pictures of a stream to its standard output.</summary>
/// <param name="Name">As it may be logged.</param>
/// <param name="Program">Its file.</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="Arguments">What it is started with.</param>
/// <param name="Hide">Takes secrets out of its words.</param>
/// <param name="DeadlineSeconds">Without a picture for so long it hangs.</param>
/// <param name="Setting">Full name of the setting, for messages.</param>
internal sealed partial record StreamProgram(
    string Name, string Program, string Package, IReadOnlyList<string> Arguments, Func<string, string> Hide, double DeadlineSeconds, string Setting)
{
    /// <summary>ffmpeg, for a camera in the network: the ffmpeg inside OpenCV is built without network.</summary>
    public static StreamProgram Ffmpeg(CameraAddress address, StreamTransport transport, double deadlineSeconds, string setting) => new(
        address.ToString(), "ffmpeg", "ffmpeg",
        [
            "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+verbose", "-fflags", "nobuffer",
            .. address.Plain.Scheme.StartsWith("rtsp", StringComparison.Ordinal) ? ["-rtsp_transport", transport == StreamTransport.Tcp ? "tcp" : "udp"] : (string[])[],
            "-i", address.Whole, "-map", "0:v:0", "-vsync", "0", "-c:v", "ppm", "-f", "image2pipe", "pipe:1",
        ],
        address.Hide, deadlineSeconds, setting);

    /// <summary>gst-launch-1.0, for a pipeline where OpenCV has no GStreamer: its appsink becomes the standard output.</summary>
    public static StreamProgram GStreamer(string pipeline, double deadlineSeconds, string setting) => new(
        "GStreamer", "gst-launch-1.0", "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good",
        ["-q", .. Elements(pipeline), "!", "videoconvert", "!", "pngenc", "compression-level=1", "!", "fdsink", "fd=1"],
        text => text, deadlineSeconds, setting);

    /// <summary>The picture size that ffmpeg logs; null: this line holds none. Its pictures keep the size of the first.</summary>
    public static (int Width, int Height)? SizeIn(string line) => Size().Match(line) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, out int width) && int.TryParse(match.Groups[2].ValueSpan, out int height)
            ? (width, height)
            : null;

    private static string[] Elements(string pipeline) =>
        [.. pipeline[..pipeline.LastIndexOf('!')].Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"^\[graph 0 input from stream [^\]]*\].* w:(\d+) h:(\d+) ")]
    private static partial Regex Size();
}
