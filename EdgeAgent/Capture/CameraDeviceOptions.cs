using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A camera that OpenCV can open.</summary>
internal sealed record CameraDeviceOptions
{
    /// <summary>
    /// A V4L2 device ("/dev/video0", its number "0", or a link that outlives a reboot, "/dev/v4l/by-id/..."), or a video file.
    /// The address of a stream ("rtsp://...") is read as <see cref="CameraOptions.Network"/> is.
    /// </summary>
    public string Path { get; init; } = "/dev/video0";

    /// <summary>A GStreamer pipeline that ends in an appsink, in place of <see cref="Path"/> (CSI cameras of a Jetson); null: none.</summary>
    public string? Pipeline { get; init; }

    /// <summary>How the camera packs its pictures, four letters: "MJPG", "YUYV"; null: as the driver is set.</summary>
    public string? Format { get; init; }

    /// <summary>Picture width to request, in pixels; null: as the driver is set.</summary>
    public int? Width { get; init; }

    /// <summary>Picture height to request, in pixels; null: as the driver is set.</summary>
    public int? Height { get; init; }

    /// <summary>Fixed exposure in microseconds; null: the camera decides.</summary>
    public double? ExposureUs { get; init; }

    /// <summary>Fixed gain in the camera's own numbers; null: the camera decides.</summary>
    public double? Gain { get; init; }

    /// <summary>Fixed white balance in kelvin; null: the camera decides, and colours differ from picture to picture.</summary>
    public double? WhiteBalanceK { get; init; }

    /// <summary>A camera without a picture after this time is closed and opened again.</summary>
    public double DeadlineSeconds { get; init; } = 10;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return new SettingProblem($"{name}.path", Path, "a device such as \"/dev/video0\"");
        }

        if (Pipeline is not null && !Pipeline.Contains("appsink", StringComparison.Ordinal))
        {
            yield return new SettingProblem($"{name}.pipeline", Pipeline, "a GStreamer pipeline that ends in \"! appsink\", or null");
        }

        if (Format is not (null or { Length: 4 }))
        {
            yield return new SettingProblem($"{name}.format", Format, "four letters such as \"MJPG\" (v4l2-ctl --list-formats), or null");
        }

        if (Gain is not (null or (>= 0 and <= 100_000)))
        {
            yield return new SettingProblem($"{name}.gain", Gain, "0 to 100000, or null");
        }

        if (WhiteBalanceK is not (null or (>= 1000 and <= 20_000)))
        {
            yield return new SettingProblem($"{name}.whiteBalanceK", WhiteBalanceK, "1000 to 20000 kelvin, or null");
        }

        if (Width is not (null or > 0 and <= 20_000))
        {
            yield return new SettingProblem($"{name}.width", Width, "1 to 20000 pixels, or null");
        }

        if (Height is not (null or > 0 and <= 20_000))
        {
            yield return new SettingProblem($"{name}.height", Height, "1 to 20000 pixels, or null");
        }

        if (ExposureUs is not (null or > 0 and <= 10_000_000))
        {
            yield return new SettingProblem($"{name}.exposureUs", ExposureUs, "1 to 10000000 microseconds, or null");
        }

        if (DeadlineSeconds is not (>= 0.1 and <= 600))
        {
            yield return new SettingProblem($"{name}.deadlineSeconds", DeadlineSeconds, "0.1 to 600 seconds");
        }
    }
}
