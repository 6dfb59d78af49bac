using LeafSeg.EdgeAgent.Capture.Genicam;
using LeafSeg.EdgeAgent.Capture.Network;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>The source of pictures that a camera's settings name.</summary>
internal static class FrameSources
{
    /// <param name="camera">The settings.</param>
    /// <param name="setting">Full name of the section that holds them.</param>
    /// <param name="counters">What a folder counts broken pictures in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where each source gets its log.</param>
    /// <exception cref="AgentException">A file or folder that the settings name cannot be used.</exception>
    public static IFrameSource Of(CameraOptions camera, string setting, Counters counters, TimeProvider time, ILoggerFactory logs)
    {
        if (camera.Folder is { } folder)
        {
            return new PictureFolder(folder, counters, time, logs.CreateLogger<PictureFolder>());
        }

        if (camera.Genicam is { } genicam)
        {
            return new GenicamCamera(genicam, $"{setting}.genicam", time, logs.CreateLogger<GenicamCamera>());
        }

        if (camera.Network is { Snapshot: true } snapshot)
        {
            return new SnapshotCamera(snapshot, CameraAddress.Of(snapshot, $"{setting}.network"), $"{setting}.network");
        }

        if (camera.Network is { } network)
        {
            return Stream(network, $"{setting}.network");
        }

        CameraDeviceOptions device = camera.Device!;
        string deadline = $"{setting}.device.deadlineSeconds";
        if (device.Pipeline is { } pipeline && !OpenCvCamera.HasGStreamer)
        {
            return Program(StreamProgram.GStreamer(pipeline, device.DeadlineSeconds, deadline));
        }

        if (device.Pipeline is null && CameraNetworkOptions.IsAddress(device.Path, out _))
        {
            return Stream(new CameraNetworkOptions { Url = device.Path, DeadlineSeconds = device.DeadlineSeconds }, $"{setting}.device");
        }

        return new OpenCvCamera(device, logs.CreateLogger<OpenCvCamera>());

        StreamCamera Stream(CameraNetworkOptions options, string name) => Program(StreamProgram.Ffmpeg(
            CameraAddress.Of(options, name), options.Transport, options.DeadlineSeconds, $"{name}.deadlineSeconds"));

        StreamCamera Program(StreamProgram program) => new(program, time, logs.CreateLogger<StreamCamera>());
    }
}
