using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Synthesis;

/// <summary>A rendered picture and the truth about it.</summary>
public sealed record Rendering
{
    /// <summary>The picture.</summary>
    public required RgbImage Image { get; init; }

    /// <summary>
    /// The visible pixels of each leaf, by pixel centres. Label k is leaf k in order of age (1 and 2 are the
    /// cotyledons) and stays the same through a time lapse; labels of hidden leaves are missing.
    /// </summary>
    public required LabelMap Labels { get; init; }

    /// <summary>
    /// The visible pixels of the leaves that show too few of them for a label, numbered like those of <see cref="Labels"/>; null
    /// where there are none. They are neither leaves to find nor ground: training leaves them out.
    /// </summary>
    public LabelMap? Ignored { get; init; }

    /// <summary>How many leaves have a label.</summary>
    public required int LeafCount { get; init; }

    /// <summary>How many leaves show too few pixels for a label; leaves that are hidden altogether are not counted.</summary>
    public required int DroppedLeaves { get; init; }
}
