namespace LeafSeg.Common.Imaging;

/// <summary>What is drawn on top of a picture.</summary>
public sealed record OverlayOptions
{
    /// <summary>How much of the leaf's colour covers it, 0 (outline only) to 1.</summary>
    public double Fill { get; init; }

    /// <summary>Write each leaf's number on it.</summary>
    public bool Numbers { get; init; } = true;

    /// <summary>
    /// The number that a label is known by, where several plants each count from 1, or a leaf keeps its number over time; null: the label
    /// itself. A leaf without a number is drawn in grey.
    /// </summary>
    public Func<int, int?>? NumberOf { get; init; }

    /// <summary>Width of an outline in pixels; null: 2, and in proportion on pictures of more than 1000 pixels.</summary>
    public int? LineWidthPx { get; init; }
}
