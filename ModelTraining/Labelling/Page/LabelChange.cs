using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>A change that can be undone: a part of the label map before and after, as run lengths, and the scores of the leaves.</summary>
internal sealed record LabelChange(PixelBox Box, byte[] Before, byte[] After,
    IReadOnlyDictionary<ushort, float> ScoresBefore, IReadOnlyDictionary<ushort, float> ScoresAfter);
