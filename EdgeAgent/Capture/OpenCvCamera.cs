using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A V4L2 camera, video file or stream, read with OpenCV.</summary>
internal sealed partial class OpenCvCamera(CameraDeviceOptions options, ILogger<OpenCvCamera> log) : IFrameSource
{
    /// <summary>V4L2 keeps this many frames from before the trigger.</summary>
    private const int BufferedFrames = 4;

    /// <summary>Threads that hang in a native call; more would only eat memory.</summary>
    private const int MostHanging = 3;

    private const string VideoDevice = "/dev/video";
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(3);
    private readonly List<NativeThread> hanging = [];
    private readonly TimeSpan deadline = TimeSpan.FromSeconds(options.DeadlineSeconds);
    private NativeThread? thread;
    private VideoCapture? device;

    private bool IsV4L2 => Index is not null;

    /// <summary>The number of the V4L2 device: "0", "/dev/video0", or a link to it such as those in /dev/v4l/by-id.</summary>
    private int? Index
    {
        get
        {
            string path = options.Path.StartsWith("/dev/", StringComparison.Ordinal)
                ? File.ResolveLinkTarget(options.Path, returnFinalTarget: true)?.FullName ?? options.Path
                : options.Path;
            string digits = path.StartsWith(VideoDevice, StringComparison.Ordinal) ? path[VideoDevice.Length..] : path;
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
        }
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        LeaveThread();
        hanging.RemoveAll(t => !t.IsRunning);
        if (hanging.Count >= MostHanging)
        {
            throw new CameraException(
                $"{options.Path}: {hanging.Count} reads hang inside the driver; unplug the camera or restart the machine");
        }

        if (options.Path.StartsWith('/') && !File.Exists(options.Path))
            throw new CameraException($"{options.Path}: there is no such device; plug the camera in or mend camera.device.path");

        VideoCapture opened = new();
        thread = new NativeThread("camera", opened.Dispose);
        (int Width, int Height) size = await RunAsync(() => Open(opened), "opened", cancellationToken);
        device = opened;
        LogOpened(options.Path, size.Width, size.Height);
        if ((options.Width ?? size.Width) != size.Width || (options.Height ?? size.Height) != size.Height)
            LogOtherSize(options.Path, options.Width ?? size.Width, options.Height ?? size.Height, size.Width, size.Height);
    }

    public async Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        VideoCapture open = device ?? throw new CameraException($"{options.Path}: not open");
        return await RunAsync(() => Take(open), "a picture", cancellationToken);
    }

    public void Dispose() => LeaveThread();

    private async Task<T> RunAsync<T>(Func<T> call, string awaited, CancellationToken cancellationToken)
    {
        try
        {
            return await thread!.RunAsync(call, deadline, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new CameraException(string.Create(CultureInfo.InvariantCulture,
                $"{options.Path}: not {awaited} within {options.DeadlineSeconds:0.#} s (camera.device.deadlineSeconds)"));
        }
        catch (OpenCVException e)
        {
            throw new CameraException($"{options.Path}: {e.Message}", e);
        }
    }

    private void LeaveThread()
    {
        device = null;
        if (thread is null)
            return;
        thread.Dispose();
        hanging.Add(thread);
        thread = null;
    }

    private (int Width, int Height) Open(VideoCapture capture)
    {
        VideoCaptureAPIs api = IsV4L2 ? VideoCaptureAPIs.V4L2 : VideoCaptureAPIs.ANY;
        bool opened = Index is { } index ? capture.Open(index, api) : capture.Open(options.Path, api);
        if (!opened)
            throw new CameraException($"{options.Path}: found something that is not a camera that OpenCV can open, or that another program uses");

        if (options.Width is { } width)
            capture.Set(VideoCaptureProperties.FrameWidth, width);
        if (options.Height is { } height)
            capture.Set(VideoCaptureProperties.FrameHeight, height);
        if (options.ExposureUs is { } exposure)
        {
            // V4L2: 1 is manual exposure, counted in 100 microseconds.
            capture.Set(VideoCaptureProperties.AutoExposure, 1);
            capture.Set(VideoCaptureProperties.Exposure, exposure / 100);
        }

        return (capture.FrameWidth, capture.FrameHeight);
    }

    private CameraPicture Take(VideoCapture capture)
    {
        for (int frame = 0; frame <= (IsV4L2 ? BufferedFrames : 0); frame++)
        {
            long start = Stopwatch.GetTimestamp();
            if (!capture.Grab())
                throw new CameraException($"{options.Path}: gave no picture; is it unplugged?");

            // A picture that was there at once is from before the trigger.
            if (Stopwatch.GetElapsedTime(start) > AtOnce)
                break;
        }

        using Mat bgr = new();
        if (!capture.Retrieve(bgr) || bgr.Empty())
            throw new CameraException($"{options.Path}: gave a picture that cannot be decoded");

        double exposure = IsV4L2 ? capture.Get(VideoCaptureProperties.Exposure) * 100 : 0;
        return new CameraPicture
        {
            Image = ImageFile.FromBgr(bgr),
            Source = options.Path,
            ExposureUs = exposure > 0 ? exposure : null,
        };
    }
}
