using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>All that was found on one frame.</summary>
internal sealed record Measurement
{
    public required FrameQuality Quality { get; init; }

    /// <summary>The very picture that came before.</summary>
    public required bool Frozen { get; init; }

    public required IReadOnlyList<LeafInstance> Leaves { get; init; }

    /// <summary>Label i + 1 is Leaves[i].</summary>
    public required LabelMap Labels { get; init; }

    public required PlantTraits Traits { get; init; }

    public required double QueueMs { get; init; }

    public required double InferMs { get; init; }

    public required double MeasureMs { get; init; }
}
