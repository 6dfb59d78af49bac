using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Training;

/// <summary>Pictures of one step in the network's input size and their true leaves.</summary>
internal sealed record Batch(int Step, IReadOnlyList<RgbImage> Images, IReadOnlyList<Truth> Truths);
