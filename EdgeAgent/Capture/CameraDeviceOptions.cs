using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A camera that OpenCV can open.</summary>
internal sealed record CameraDeviceOptions
{
    /// <summary>A V4L2 device ("/dev/video0", or its number "0"), or a video file or stream address.</summary>
    public string Path { get; init; } = "/dev/video0";

    /// <summary>Picture width to ask for, in pixels; null: the camera's own.</summary>
    public int? Width { get; init; }

    /// <summary>Picture height to ask for, in pixels; null: the camera's own.</summary>
    public int? Height { get; init; }

    /// <summary>Fixed exposure in microseconds; null: the camera decides.</summary>
    public double? ExposureUs { get; init; }

    /// <summary>A camera that has given no picture after this time is given up and opened anew.</summary>
    public double DeadlineSeconds { get; init; } = 10;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Path))
            yield return new SettingProblem($"{name}.path", Path, "a device such as \"/dev/video0\"");
        if (Width is not (null or > 0 and <= 20_000))
            yield return new SettingProblem($"{name}.width", Width, "1 to 20000 pixels, or null");
        if (Height is not (null or > 0 and <= 20_000))
            yield return new SettingProblem($"{name}.height", Height, "1 to 20000 pixels, or null");
        if (ExposureUs is not (null or > 0 and <= 10_000_000))
            yield return new SettingProblem($"{name}.exposureUs", ExposureUs, "1 to 10000000 microseconds, or null");
        if (DeadlineSeconds is not (>= 0.1 and <= 600))
            yield return new SettingProblem($"{name}.deadlineSeconds", DeadlineSeconds, "0.1 to 600 seconds");
    }
}
