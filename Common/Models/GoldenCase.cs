namespace LeafSeg.Common.Models;

/// <summary>
/// A rendered picture, known by its seed, and what the model saw in it when it was exported. A rig renders it again
/// and compares, and so proves that the file works on its own hardware.
/// </summary>
public sealed record GoldenCase
{
    /// <summary>Seed of the rendered picture.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Width and height of the rendered picture, in pixels; every other setting of the renderer is its default.</summary>
    public required int SizePx { get; init; }

    /// <summary>
    /// "sha256:" of the picture's RGB bytes: tells a model that sees something else from a program that renders
    /// something else.
    /// </summary>
    public required string Picture { get; init; }

    /// <summary>Leaves with at least one visible pixel.</summary>
    public required int LeafCount { get; init; }

    /// <summary>Their areas in pixels of the rendered picture, falling.</summary>
    public required IReadOnlyList<int> AreasPx { get; init; }

    /// <summary>How far an area may be off, as a share of itself; 3 pixels are always allowed.</summary>
    public required double AreaTolerance { get; init; }
}
