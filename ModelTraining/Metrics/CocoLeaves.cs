using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Metrics;

/// <summary>Leaves in COCO's terms: one category, boxes and areas those of the pixels.</summary>
public static class CocoLeaves
{
    /// <summary>The only category.</summary>
    public const long Category = 1;

    /// <summary>The true leaves of a picture, and as crowds the regions to ignore.</summary>
    public static IReadOnlyList<CocoTruth> Truths(LabelMap truth, long picture, LabelMap? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return [.. Truths(truth, picture, crowd: false), .. ignored is null ? [] : Truths(ignored, picture, crowd: true)];
    }

    private static IEnumerable<CocoTruth> Truths(LabelMap labels, long picture, bool crowd) => PixelSums.OfEachLabel(labels).Select(leaf => new CocoTruth
    {
        Picture = picture,
        Category = Category,
        Area = leaf.Area,
        Box = CocoBox.Of(leaf.Box),
        Mask = RunLengthMask.FromLabel(labels, leaf.Label, leaf.Box),
        Crowd = crowd,
    });

    /// <summary>
    /// What a model found, each leaf with its own mask as if it were alone, and its own box: overlaps are not resolved, as
    /// everyone who publishes COCO figures counts. A mask without a pixel counts as wrong.
    /// </summary>
    public static IReadOnlyList<CocoDetection> Detections(IReadOnlyList<LeafInstance> leaves, int width, int height, long picture)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return
        [
            .. leaves.Select(leaf =>
            {
                PixelBox part = PixelsOf(leaf.Box, width, height);
                RunLengthMask mask = RunLengthMask.FromLabel(LeafMap.Paste([leaf], width, height), 1, part);
                return new CocoDetection
                {
                    Picture = picture,
                    Category = Category,
                    Score = leaf.Score,
                    Area = mask.Area,
                    Box = new CocoBox(leaf.OwnBox.X1, leaf.OwnBox.Y1, leaf.OwnBox.Width, leaf.OwnBox.Height),
                    Mask = mask,
                };
            }),
        ];
    }

    /// <summary>What a method found that has no scores: every leaf is as sure as the others.</summary>
    public static IReadOnlyList<CocoDetection> Detections(LabelMap leaves, long picture)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return
        [
            .. Truths(leaves, picture).Select(leaf => new CocoDetection
            {
                Picture = picture,
                Category = Category,
                Score = 1,
                Area = leaf.Area,
                Box = leaf.Box,
                Mask = leaf.Mask,
            }),
        ];
    }

    private static PixelBox PixelsOf(Box box, int width, int height) => new(
        (int)Math.Clamp(Math.Floor(box.X1), 0, width), (int)Math.Clamp(Math.Floor(box.Y1), 0, height),
        (int)Math.Clamp(Math.Ceiling(box.X2), 0, width), (int)Math.Clamp(Math.Ceiling(box.Y2), 0, height));
}
