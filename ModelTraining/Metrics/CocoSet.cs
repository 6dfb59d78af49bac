namespace LeafSeg.ModelTraining.Metrics;

/// <summary>What COCO's figures are taken over. The order of truths and detections decides between equals, as in pycocotools.</summary>
public sealed record CocoSet
{
    /// <summary>Ids of all pictures, those without any object too. They are taken by rising id.</summary>
    public required IReadOnlyList<long> Pictures { get; init; }

    /// <summary>Ids of all categories; detections of others are left out.</summary>
    public required IReadOnlyList<long> Categories { get; init; }

    public required IReadOnlyList<CocoTruth> Truths { get; init; }

    public required IReadOnlyList<CocoDetection> Detections { get; init; }
}
