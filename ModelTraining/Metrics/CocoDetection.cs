using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>One object that was found.</summary>
public sealed record CocoDetection
{
    /// <summary>Id of its picture.</summary>
    public required long Picture { get; init; }

    /// <summary>Id of what it is taken for.</summary>
    public required long Category { get; init; }

    /// <summary>The surest first; any real number.</summary>
    public required double Score { get; init; }

    /// <summary>In pixels: where nothing is matched, it decides in which range the detection counts as wrong.</summary>
    public required double Area { get; init; }

    public required CocoBox Box { get; init; }

    public required RunLengthMask Mask { get; init; }
}
