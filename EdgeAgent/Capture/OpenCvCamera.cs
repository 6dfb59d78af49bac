using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Machine;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A V4L2 camera, GStreamer pipeline or video file, read with OpenCV.</summary>
internal sealed partial class OpenCvCamera(CameraDeviceOptions options, ILogger<OpenCvCamera> log) : IFrameSource
{
    private const string VideoDevice = "/dev/video";

    private readonly CameraThread thread = new(NameOf(options), TimeSpan.FromSeconds(options.DeadlineSeconds), "camera.device.deadlineSeconds");
    private VideoCapture? device;

    /// <summary>Of the V4L2 device that is open; a link to it may vanish at any moment, so it is followed once.</summary>
    private int? index;

    public bool IsLive => IsV4L2 || options.Pipeline is not null;

    private bool IsV4L2 => index is not null;

    private string Name => NameOf(options);

    private static long NowNs => TimeProvider.System.MonotonicNs();

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        device = null;
        thread.Stop();
        if (options.Pipeline is null && options.Path.StartsWith('/') && !File.Exists(options.Path))
        {
            throw new CameraException($"{Name}: there is no such device; plug the camera in or mend camera.device.path");
        }

        index = V4L2Number();
        VideoCapture opened = new();
        thread.Start(opened.Dispose);
        (int Width, int Height, string Format) size = await RunAsync(() => Open(opened), "opened", cancellationToken);
        device = opened;
        LogOpened(Name, size.Width, size.Height, size.Format);
        if ((options.Width ?? size.Width) != size.Width || (options.Height ?? size.Height) != size.Height)
        {
            LogOtherSize(Name, options.Width ?? size.Width, options.Height ?? size.Height, size.Width, size.Height);
        }
    }

    public async Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        VideoCapture open = device ?? throw new CameraException($"{Name}: not open");
        long asked = NowNs;
        return await RunAsync(() => Take(open, asked), "a picture", cancellationToken);
    }

    public void Dispose() => thread.Dispose();

    private async Task<T> RunAsync<T>(Func<T> call, string awaited, CancellationToken cancellationToken)
    {
        try
        {
            return await thread.RunAsync(call, awaited, cancellationToken);
        }
        catch (OpenCVException e)
        {
            throw new CameraException($"{Name}: {e.Message}", e);
        }
    }

    /// <summary>"0", "/dev/video0", or a link to it such as those in /dev/v4l/by-id; null: it is no V4L2 device.</summary>
    private int? V4L2Number()
    {
        if (options.Pipeline is not null)
        {
            return null;
        }

        try
        {
            string path = options.Path.StartsWith("/dev/", StringComparison.Ordinal)
                ? File.ResolveLinkTarget(options.Path, returnFinalTarget: true)?.FullName ?? options.Path
                : options.Path;
            string digits = path.StartsWith(VideoDevice, StringComparison.Ordinal) ? path[VideoDevice.Length..] : path;
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        }
        catch (IOException e)
        {
            throw new CameraException($"{Name}: went away while it was opened: {e.Message}", e);
        }
    }

    private static string NameOf(CameraDeviceOptions options) => options.Pipeline is not null ? "GStreamer" : options.Path;

    private (int Width, int Height, string Format) Open(VideoCapture capture)
    {
        V4L2Camera? before = index is { } video ? V4L2Camera.Read(string.Create(CultureInfo.InvariantCulture, $"{VideoDevice}{video}")) : null;
        bool opened = options.Pipeline is { } pipeline
            ? capture.Open(pipeline, VideoCaptureAPIs.GSTREAMER)
            : index is { } number ? capture.Open(number, VideoCaptureAPIs.V4L2) : capture.Open(options.Path, VideoCaptureAPIs.ANY);
        if (!opened && options.Pipeline is not null && !HasGStreamer)
        {
            throw new CameraException("camera.device.pipeline: this build of OpenCV has no GStreamer; install one that has (on a Jetson, the one of JetPack)");
        }

        if (!opened && before is not null)
        {
            throw new CameraException($"{Name}: found \"{before.Card}\", which does not open; another program uses it (fuser -v {Name}), or it has no format that OpenCV decodes (v4l2-ctl --list-formats)");
        }

        if (!opened)
        {
            throw new CameraException($"{Name}: found something that is not a camera that OpenCV can open");
        }

        // OpenCV has set a size and a format of its own by now: what the settings do not name is set back to the driver's value.
        if (options.Format is { } format)
        {
            SetFormat(capture, format);
        }
        else if (before is { IsDecoded: true })
        {
            capture.Set(VideoCaptureProperties.FourCC, FourCC.FromString(before.Format));
        }

        if ((options.Width ?? before?.Width) is { } width)
        {
            capture.Set(VideoCaptureProperties.FrameWidth, width);
        }

        if ((options.Height ?? before?.Height) is { } height)
        {
            capture.Set(VideoCaptureProperties.FrameHeight, height);
        }

        if (options.ExposureUs is { } exposure)
        {
            // V4L2: 1 is manual exposure, counted in 100 microseconds.
            capture.Set(VideoCaptureProperties.AutoExposure, 1);
            Set(capture, VideoCaptureProperties.Exposure, exposure / 100, "exposureUs");
        }

        if (options.Gain is { } gain)
        {
            Set(capture, VideoCaptureProperties.Gain, gain, "gain");
        }

        if (options.WhiteBalanceK is { } kelvin)
        {
            capture.Set(VideoCaptureProperties.AutoWB, 0);
            Set(capture, VideoCaptureProperties.WBTemperature, kelvin, "whiteBalanceK");
        }

        return (capture.FrameWidth, capture.FrameHeight, FormatOf(capture));
    }

    private static string FormatOf(VideoCapture capture) => Letters((uint)capture.Get(VideoCaptureProperties.FourCC));

    /// <summary>A FourCC as it is written, such as "MJPG".</summary>
    internal static string Letters(uint fourCC)
    {
        ReadOnlySpan<char> letters = [(char)(fourCC & 0x7f), (char)((fourCC >> 8) & 0x7f), (char)((fourCC >> 16) & 0x7f), (char)((fourCC >> 24) & 0x7f)];
        return letters.ContainsAnyExceptInRange(' ', '~') ? "unknown format" : letters.ToString();
    }

    private void SetFormat(VideoCapture capture, string format)
    {
        if (!capture.Set(VideoCaptureProperties.FourCC, FourCC.FromString(format)) || FormatOf(capture) != format)
        {
            LogNotTaken(Name, "format", FormatOf(capture), format);
        }
    }

    /// <summary>The OpenCV of JetPack has it, the one of the package has not.</summary>
    public static bool HasGStreamer => Cv2.GetBuildInformation()
        .Split('\n')
        .Any(line => line.Contains("GStreamer:", StringComparison.Ordinal) && line.Contains("YES", StringComparison.Ordinal));

    private void Set(VideoCapture capture, VideoCaptureProperties property, double value, string setting)
    {
        // Many drivers say yes and do nothing: only what is read back counts.
        if (!capture.Set(property, value) || Math.Abs(capture.Get(property) - value) > Math.Max(1, 0.1 * Math.Abs(value)))
        {
            LogNotTaken(Name, setting, Text(capture.Get(property)), Text(value));
        }

        static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
    }

    private CameraPicture Take(VideoCapture capture, long askedNs)
    {
        for (int frame = 0; frame <= (IsLive ? StaleFrames.Buffered : 0); frame++)
        {
            long begin = NowNs;
            if (!capture.Grab())
            {
                throw new CameraException($"{Name}: gave no picture; is it unplugged?") { CanReadAgain = true };
            }

            long now = NowNs;
            double stampMs = IsV4L2 ? capture.Get(VideoCaptureProperties.PosMsec) : 0;
            if (!StaleFrames.IsStale(askedNs, now, now - begin, (long)(stampMs * 1e6)))
            {
                break;
            }
        }

        using Mat bgr = new();
        if (!capture.Retrieve(bgr) || bgr.Empty())
        {
            throw new CameraException($"{Name}: gave a picture that cannot be decoded") { CanReadAgain = true };
        }

        double exposure = IsV4L2 ? capture.Get(VideoCaptureProperties.Exposure) * 100 : 0;
        return new CameraPicture
        {
            Image = ImageFile.FromBgr(bgr),
            Source = Name,
            ExposureUs = exposure > 0 ? exposure : null,
        };
    }
}
