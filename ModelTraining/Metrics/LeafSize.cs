namespace LeafSeg.ModelTraining.Metrics;

/// <summary>COCO's classes of size, each leaf in one of them.</summary>
public enum LeafSize
{
    /// <summary>Less than 32² pixels.</summary>
    Small,

    /// <summary>From 32² to less than 96² pixels.</summary>
    Medium,

    /// <summary>96² pixels and more.</summary>
    Large,
}
