using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture.Genicam;

/// <summary>An industrial camera of GigE Vision or USB3 Vision, which Aravis reads.</summary>
internal sealed record GenicamOptions
{
    public const string FreeRunning = "off";
    public const string Software = "software";

    /// <summary>As <c>arv-tool-0.8</c> lists it ("Basler-21438231"), its serial number, or a GigE camera's IP address.</summary>
    public string Name { get; init; } = "";

    /// <summary>As GenICam names it: "BayerRG8", "RGB8", "Mono8"; null: as the camera is set.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Width of the region that is read, in pixels; null: as the camera is set.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the region that is read, in pixels; null: as the camera is set.</summary>
    public int? Height { get; init; }

    /// <summary>Fixed exposure in microseconds; null: as the camera is set.</summary>
    public double? ExposureUs { get; init; }

    /// <summary>Fixed gain in the camera's own unit, most often dB; null: as the camera is set.</summary>
    public double? Gain { get; init; }

    /// <summary>
    /// What starts an exposure: "software", a request of the agent; "off", the camera runs free and the first picture that began
    /// after the request is taken; else the camera's input, such as "Line1". Null: software where the camera has it, else off.
    /// </summary>
    public string? Trigger { get; init; }

    /// <summary>Further features, in this order: "GammaEnable=false"; a command without "=": "UserSetLoad".</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Bytes of a network packet of a GigE camera, at most what the network card and every switch can take; null: as the camera is set.</summary>
    public int? PacketSize { get; init; }

    /// <summary>A camera without a picture after this time is closed and opened again.</summary>
    public double DeadlineSeconds { get; init; } = 10;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return new SettingProblem($"{name}.name", Name, "the camera's name as arv-tool-0.8 lists it, its serial number or its IP address");
        }

        if (PixelFormat is not null && string.IsNullOrWhiteSpace(PixelFormat))
        {
            yield return new SettingProblem($"{name}.pixelFormat", PixelFormat, "a pixel format such as \"BayerRG8\", or null");
        }

        // "Software" is GenICam's own word, and no input: it would be waited for without end.
        if (Trigger is not (null or Software or FreeRunning)
            && (string.IsNullOrWhiteSpace(Trigger) || Trigger.Equals(Software, StringComparison.OrdinalIgnoreCase) || Trigger.Equals(FreeRunning, StringComparison.OrdinalIgnoreCase)))
        {
            yield return new SettingProblem($"{name}.trigger", Trigger, $"\"{Software}\", \"{FreeRunning}\", an input such as \"Line1\", or null");
        }

        if (Width is not (null or (> 0 and <= 20_000)))
        {
            yield return new SettingProblem($"{name}.width", Width, "1 to 20000 pixels, or null");
        }

        if (Height is not (null or (> 0 and <= 20_000)))
        {
            yield return new SettingProblem($"{name}.height", Height, "1 to 20000 pixels, or null");
        }

        if (ExposureUs is not (null or (> 0 and <= 10_000_000)))
        {
            yield return new SettingProblem($"{name}.exposureUs", ExposureUs, "more than 0 and at most 10000000 microseconds, or null");
        }

        if (Gain is not (null or (>= -1000 and <= 100_000)))
        {
            yield return new SettingProblem($"{name}.gain", Gain, "-1000 to 100000, or null");
        }

        foreach (string feature in Features.Where(feature => feature.Length == 0 || feature[0] == '=' || feature.Any(char.IsWhiteSpace)))
        {
            yield return new SettingProblem($"{name}.features", feature, "\"FEATURE=VALUE\" or \"COMMAND\" without spaces");
        }

        if (PacketSize is not (null or (>= 576 and <= 16_000)))
        {
            yield return new SettingProblem($"{name}.packetSize", PacketSize, "576 to 16000 bytes, or null");
        }

        if (DeadlineSeconds is not (>= 0.1 and <= 600))
        {
            yield return new SettingProblem($"{name}.deadlineSeconds", DeadlineSeconds, "0.1 to 600 seconds");
        }
    }
}
