using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>All that was found on one frame.</summary>
internal sealed record Measurement
{
    /// <summary>The one that measured this, whichever is in use by now.</summary>
    public required CaptureModel Model { get; init; }

    public required FrameQuality Quality { get; init; }

    /// <summary>The very picture that came before.</summary>
    public required bool Frozen { get; init; }

    public required PottedLeaves Found { get; init; }

    /// <summary>Label i + 1 is Found.Leaves[i].</summary>
    public required LabelMap Labels { get; init; }

    /// <summary>One for each of Found.Pots.</summary>
    public required IReadOnlyList<PlantTraits> Plants { get; init; }

    /// <summary>Of each label.</summary>
    public required IReadOnlyList<LeafColour> Colours { get; init; }

    /// <summary>Null: not known.</summary>
    public required CaptureScale? Scale { get; init; }

    public required double QueueMs { get; init; }

    public required double InferMs { get; init; }

    public required double MeasureMs { get; init; }

    /// <summary>How unsure the model is of a plant, 0 to 1.</summary>
    /// <param name="plant">Of <see cref="Plants"/>.</param>
    /// <param name="tracked">What earlier pictures say; null: it is not followed.</param>
    public double DoubtOf(int plant, TrackedPlant? tracked) => PlantDoubt.Of(Plants[plant], Found.Of(plant), Labels, Found.Places[plant].FirstLabel, tracked);
}
