using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>One true object.</summary>
public sealed record CocoTruth
{
    /// <summary>Id of its picture.</summary>
    public required long Picture { get; init; }

    /// <summary>Id of what it is.</summary>
    public required long Category { get; init; }

    /// <summary>In pixels, as its annotation says: it decides whether the object is small, medium or large.</summary>
    public required double Area { get; init; }

    public required CocoBox Box { get; init; }

    public required RunLengthMask Mask { get; init; }

    /// <summary>A region of many objects without individual labels (iscrowd): a detection there is neither right nor wrong.</summary>
    public bool Crowd { get; init; }
}
