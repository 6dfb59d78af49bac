using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>What was found in picture number <see cref="Index"/> of a folder, beside the truth.</summary>
internal sealed record PictureScore
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    /// <summary>What each leaf of either map has found in the other.</summary>
    public required BestDice Leaves { get; init; }

    public required LeafScore Score { get; init; }

    public required LeafMatches Matches { get; init; }

    /// <summary>Brings the picture's long side to <see cref="LeafSizeScore.ReferenceSide"/>.</summary>
    public required double ReferenceScale { get; init; }

    public required IReadOnlyList<CocoTruth> Truths { get; init; }

    public required IReadOnlyList<CocoDetection> Detections { get; init; }

    /// <summary>Scores what a network found: the sure leaves pasted as the agent pastes them, and for COCO each leaf's own mask.</summary>
    public static PictureScore Of(int index, LeafPicture picture, LeafFinder finder, IReadOnlyList<LeafInstance> found)
    {
        (int width, int height) = (picture.Image.Width, picture.Image.Height);
        return Of(
            index, picture, LeafMap.Paste(finder.Sure(found), width, height), CocoLeaves.Detections(found, width, height, index));
    }

    /// <summary>Scores a label map.</summary>
    public static PictureScore Of(int index, LeafPicture picture, LabelMap found) =>
        Of(index, picture, found, CocoLeaves.Detections(found, index));

    private static PictureScore Of(int index, LeafPicture picture, LabelMap found, IReadOnlyList<CocoDetection> detections)
    {
        LabelMap counted = IgnoredRegions.Without(found, picture.Labels, picture.Ignored);
        BestDice leaves = BestDice.Of(counted, picture.Labels);
        return new PictureScore
        {
            Index = index,
            Name = picture.Name,
            Leaves = leaves,
            Score = LeafScore.Of(leaves),
            Matches = LeafMatches.Of(counted, picture.Labels),
            ReferenceScale = LeafSizeScore.ReferenceScale(picture.Image.Width, picture.Image.Height),
            Truths = CocoLeaves.Truths(picture.Labels, index, picture.Ignored),
            Detections = detections,
        };
    }
}
