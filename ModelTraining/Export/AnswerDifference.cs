using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Export;

/// <summary>How far two answers about one picture lie apart: the network's in TorchSharp and the file's in ONNX Runtime.</summary>
internal sealed record AnswerDifference
{
    // Float arithmetic in another order moves a corner by some 1e-4 of a pixel; two different leaves differ by pixels.
    private const float SameBox = 0.95f;

    // A mask cell whose two probabilities lie on both sides of one half, this close together, is a tie.
    private const float Tie = 1e-4f;

    /// <summary>Leaves that only one of the two answers has, with their scores.</summary>
    public required IReadOnlyList<LeafInstance> Unmatched { get; init; }

    public required int Matched { get; init; }

    /// <summary>Largest distance of two corners along an axis, in pixels.</summary>
    public required float BoxPx { get; init; }

    public required float Score { get; init; }

    /// <summary>Smallest IoU of two masks cut at one half; ties count as equal.</summary>
    public required double MaskIoU { get; init; }

    /// <summary>Mask cells that fell to different sides of one half though their probabilities differ by less than 1e-4.</summary>
    public required int MaskTies { get; init; }

    /// <summary>What the model's contract promises: the same leaves, corners within 1e-3 px, mask IoU .999.</summary>
    public bool IsNone => Unmatched.Count == 0 && BoxPx <= 1e-3f && MaskIoU >= 0.999;

    public static AnswerDifference Between(IReadOnlyList<LeafInstance> expected, IReadOnlyList<LeafInstance> actual)
    {
        List<LeafInstance> left = [.. actual];
        List<LeafInstance> unmatched = [];
        float boxPx = 0;
        float score = 0;
        double maskIoU = 1;
        int ties = 0;
        foreach (LeafInstance leaf in expected)
        {
            LeafInstance? twin = left.MaxBy(other => BoxGeometry.IoU(leaf.Box, other.Box));
            if (twin is null || BoxGeometry.IoU(leaf.Box, twin.Box) < SameBox)
            {
                unmatched.Add(leaf);
                continue;
            }

            left.Remove(twin);
            boxPx = Math.Max(boxPx, Distance(leaf.Box, twin.Box));
            score = Math.Max(score, Math.Abs(leaf.Score - twin.Score));
            (double iou, int maskTies) = Compare(leaf.Mask, twin.Mask);
            maskIoU = Math.Min(maskIoU, iou);
            ties += maskTies;
        }

        return new AnswerDifference
        {
            Unmatched = [.. unmatched, .. left],
            Matched = expected.Count - unmatched.Count,
            BoxPx = boxPx,
            Score = score,
            MaskIoU = maskIoU,
            MaskTies = ties,
        };
    }

    private static float Distance(Box a, Box b) => new[] { a.X1 - b.X1, a.Y1 - b.Y1, a.X2 - b.X2, a.Y2 - b.Y2 }.Max(Math.Abs);

    private static (double IoU, int Ties) Compare(float[] first, float[] second)
    {
        int common = 0;
        int either = 0;
        int ties = 0;
        for (int i = 0; i < first.Length; i++)
        {
            bool inFirst = first[i] >= 0.5f;
            bool inSecond = second[i] >= 0.5f;
            bool tie = inFirst != inSecond && Math.Abs(first[i] - second[i]) < Tie;
            ties += tie ? 1 : 0;
            common += tie || (inFirst && inSecond) ? 1 : 0;
            either += inFirst || inSecond ? 1 : 0;
        }

        return (either == 0 ? 1 : (double)common / either, ties);
    }
}
