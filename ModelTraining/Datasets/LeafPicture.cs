using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>A picture and its true leaves, of one size.</summary>
internal sealed record LeafPicture(string Name, RgbImage Image, LabelMap Labels);
