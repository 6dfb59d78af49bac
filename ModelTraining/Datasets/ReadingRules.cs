namespace LeafSeg.ModelTraining.Datasets;

/// <summary>How labels that can be understood in several ways are read.</summary>
internal sealed record ReadingRules
{
    public static ReadingRules Default { get; } = new();

    public CrowdRule Crowd { get; init; } = CrowdRule.ByPieces;

    /// <summary>Categories that are leaves, by name; none: <see cref="LeafCategories"/> decides.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Go on although more than <see cref="LabelLoss.Limit"/> of the labelled leaves are lost.</summary>
    public bool AllowLoss { get; init; }
}
