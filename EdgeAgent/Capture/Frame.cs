using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>One picture with all that is known about how it came to be.</summary>
internal sealed record Frame
{
    public required Trigger Trigger { get; init; }

    /// <summary>Name of the camera that took it.</summary>
    public required string Camera { get; init; }

    public required CameraPicture Picture { get; init; }

    /// <summary>Wall clock at the moment the picture was handed over by the camera.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Monotonic clock at the same moment.</summary>
    public required long MonotonicNs { get; init; }

    public required double GrabMs { get; init; }

    /// <summary>How many pictures before it were the very same.</summary>
    public int Repeats { get; init; }

    /// <summary>Whether the pulses for camera and light were sent; null: there are no such lines.</summary>
    public bool? Fired { get; init; }

    /// <summary>Monotonic time of the edge by which the camera proved its exposure; null where it is not asked or has not.</summary>
    public long? ExposedMonotonicNs { get; init; }

    /// <summary>The lens's distortion was taken out of the picture.</summary>
    public bool Undistorted { get; init; }

    public RgbImage Image => Picture.Image;
}
