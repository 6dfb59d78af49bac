using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>A picture and its true leaves, of one size.</summary>
internal sealed record LeafPicture(string Name, RgbImage Image, LabelMap Labels)
{
    /// <summary>What was odd about its files and was converted, dropped or kept.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
