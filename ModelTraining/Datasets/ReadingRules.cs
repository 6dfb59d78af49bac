using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>How labels that can be understood in several ways are read.</summary>
internal sealed record ReadingRules
{
    public static ReadingRules Default { get; } = new();

    public CrowdRule Crowd { get; init; } = CrowdRule.ByPieces;

    /// <summary>Categories that are leaves, by name; none: <see cref="LeafCategories"/> decides.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Page of TIFF files with several, 1 being the first; null: each page is a picture of its own.</summary>
    public int? Page { get; init; } = 1;

    /// <summary>The same colour is the same leaf in all masks of a folder, as in time lapses; null: in each mask for itself.</summary>
    public LeafColours? Colours { get; init; }

    /// <summary>A picture may show one lobed leaf: its only mask is not taken for one of the foreground.</summary>
    public bool OneLeaf { get; init; }

    /// <summary>Labels that were corrected on the label page count only once they were accepted there.</summary>
    public bool AcceptedOnly { get; init; }

    /// <summary>Go on although more than <see cref="LabelLoss.Limit"/> of the labelled leaves are lost.</summary>
    public bool AllowLoss { get; init; }
}
