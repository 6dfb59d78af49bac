using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;

namespace LeafSeg.ModelTraining.Training;

/// <summary>Pictures of one step in the network's input size, their true leaves, and what the pictures are called.</summary>
internal sealed record Batch(int Step, IReadOnlyList<RgbImage> Images, IReadOnlyList<Truth> Truths, IReadOnlyList<string> Names);
