using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>
/// <c>leafseg.capture/1</c>: one picture and what was measured on it. Every key is always written; null means not
/// known or not measured, never zero.
/// </summary>
public sealed record CaptureResult
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.capture/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>UUID version 7, fixed when the capture is made, the same on every resend.</summary>
    public required Guid Id { get; init; }

    /// <summary>The rig's site.</summary>
    public required string Site { get; init; }

    /// <summary>The rig's name, unique at its site.</summary>
    public required string Rig { get; init; }

    /// <summary>Changes at each start of the machine.</summary>
    public required string Boot { get; init; }

    /// <summary>Counts the captures of one rig and boot without holes.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the picture was exposed; written in UTC to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How far the times can be trusted.</summary>
    public required CaptureClock Clock { get; init; }

    /// <summary>What requested the capture.</summary>
    public required CaptureTrigger Trigger { get; init; }

    /// <summary>The camera and its settings.</summary>
    public required CaptureCamera Camera { get; init; }

    /// <summary>The model that found the leaves.</summary>
    public required CaptureModel Model { get; init; }

    /// <summary>How usable the picture is.</summary>
    public required CaptureQuality Quality { get; init; }

    /// <summary>Null when the scale is not known: then every field in millimetres is null.</summary>
    public required CaptureScale? Scale { get; init; }

    /// <summary>One for each pot, in the order of the layout.</summary>
    public required IReadOnlyList<CapturedPlant> Plants { get; init; }

    /// <summary>Milliseconds that each step took.</summary>
    public required CaptureTiming TimingMs { get; init; }

    /// <summary>Sent again, or later than newer ones: must not turn back what a dashboard shows.</summary>
    public required bool Replayed { get; init; }

    /// <summary>Names of the parts left out because the broker takes no larger message; absent where it would be null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Omitted { get; init; }

    /// <summary>The same result without its single leaves, for a broker that takes no larger message.</summary>
    public CaptureResult WithoutLeaves() => this with
    {
        Plants = [.. Plants.Select(plant => plant with { Leaves = null })],
        Omitted = ["leaves"],
    };
}

/// <summary>How far the capture's time can be trusted.</summary>
public sealed record CaptureClock
{
    /// <summary>Whether the clock is set by a reference.</summary>
    public required ClockState State { get; init; }

    /// <summary>The kernel's estimate of the clock's error, milliseconds; null: unknown.</summary>
    public required double? ErrorMs { get; init; }

    /// <summary>The machine's monotonic clock at the moment of the capture's time.</summary>
    public required long MonotonicNs { get; init; }
}

/// <summary>What requested the picture.</summary>
public sealed record CaptureTrigger
{
    /// <summary>What kind of trigger it was.</summary>
    public required TriggerKind Kind { get; init; }

    /// <summary>Monotonic time of the edge; null for a trigger that has none.</summary>
    public required long? EdgeMonotonicNs { get; init; }

    /// <summary>Triggers between the capture before this one and this one that could not be served.</summary>
    public required long MissedBefore { get; init; }
}

/// <summary>The camera of a capture, and the picture that it gave.</summary>
public sealed record CaptureCamera
{
    /// <summary>The camera's name in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>Of the picture, pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Of the picture, pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Exposure time, microseconds; null: the camera does not report.</summary>
    public required double? ExposureUs { get; init; }

    /// <summary>
    /// False: the pulses for camera and light could not be sent, and the picture may be dark or of another moment; absent where
    /// the camera has no such lines.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Fired { get; init; }

    /// <summary>Monotonic time at which the camera's exposure line went active; absent where the camera has not proved its exposure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ExposedMonotonicNs { get; init; }

    /// <summary>True: the lens's distortion was taken out of the picture before it was measured; absent where the lens was not calibrated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Undistorted { get; init; }
}

/// <summary>The model of a capture.</summary>
public sealed record CaptureModel
{
    /// <summary>The model's name in its file.</summary>
    public required string Name { get; init; }

    /// <summary>The model's semantic version in its file.</summary>
    public required string Version { get; init; }

    /// <summary>"sha256:" and 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>Really in use: "CPU", "CUDA" or "TensorRT".</summary>
    public required string Provider { get; init; }
}

/// <summary>Numbers on the picture itself; null where not measured.</summary>
public sealed record CaptureQuality
{
    /// <summary>0 blurred .. 1 sharp.</summary>
    public required double? Sharpness { get; init; }

    /// <summary>Share of pixels that are white, 0..1.</summary>
    public required double? Saturated { get; init; }

    /// <summary>Share of pixels that are black, 0..1.</summary>
    public required double? Dark { get; init; }

    /// <summary>The very picture that the camera gave before.</summary>
    public required bool? Frozen { get; init; }
}

/// <summary>Size of a pixel, and where it is known from.</summary>
public sealed record CaptureScale
{
    /// <summary>In the middle of the picture; a tilted camera has another everywhere.</summary>
    public required double MmPerPx { get; init; }

    /// <summary>One of <see cref="ScaleSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The microscope's objective; absent where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Objective { get; init; }
}

/// <summary>Milliseconds spent in each stage; null for a stage that was not passed or not yet timed.</summary>
public sealed record CaptureTiming
{
    /// <summary>Exposure time, milliseconds; null: the camera does not report.</summary>
    public required double? Expose { get; init; }

    /// <summary>Reading the picture from the camera, milliseconds; null: not measured.</summary>
    public required double? Grab { get; init; }

    /// <summary>Waiting for the model, milliseconds; null: not measured.</summary>
    public required double? Queue { get; init; }

    /// <summary>The model, milliseconds; null: not measured.</summary>
    public required double? Infer { get; init; }

    /// <summary>Masks and traits, milliseconds; null: not measured.</summary>
    public required double? Measure { get; init; }

    /// <summary>Writing the result to disk, milliseconds; null so far: it is written in that very step.</summary>
    public required double? Record { get; init; }
}
