namespace LeafSeg.ModelTraining.Datasets;

/// <summary>What an annotation with <c>iscrowd</c> is.</summary>
internal enum CrowdRule
{
    /// <summary>
    /// A leaf if it is one piece: CVAT marks every brush mask so. A region of many leaves, to be ignored, if it is several
    /// pieces far apart. See <see cref="Formats.Pieces"/>.
    /// </summary>
    ByPieces,

    /// <summary>A leaf, always.</summary>
    Leaf,

    /// <summary>A region of many leaves without individual labels: ignored.</summary>
    Ignore,
}
