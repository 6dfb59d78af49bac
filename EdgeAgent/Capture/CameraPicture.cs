using LeafSeg.Common.Imaging;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>What a camera hands over.</summary>
internal sealed record CameraPicture
{
    public required RgbImage Image { get; init; }

    /// <summary>Where it comes from: a device or a file, for the log.</summary>
    public required string Source { get; init; }

    /// <summary>Null where the camera does not report it.</summary>
    public required double? ExposureUs { get; init; }
}
