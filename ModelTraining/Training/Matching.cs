using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Training;

/// <summary>Which true leaf each anchor or proposal belongs to.</summary>
internal static class Matching
{
    public const int Background = -1;
    public const int Ignored = -2;

    /// <summary>
    /// The leaf with the largest IoU where that reaches <paramref name="positiveIoU"/>,
    /// <see cref="Background"/> below <paramref name="negativeIoU"/>, <see cref="Ignored"/> in between.
    /// </summary>
    /// <param name="boxes">Anchors or proposals.</param>
    /// <param name="leaves">Boxes of the true leaves.</param>
    /// <param name="positiveIoU">From here on a box is a leaf's.</param>
    /// <param name="negativeIoU">Below this it is background.</param>
    /// <param name="rescueLeaves">Gives every leaf its best boxes, however small their IoU, so that no leaf goes untaught.</param>
    public static int[] Match(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<Box> leaves, float positiveIoU, float negativeIoU, bool rescueLeaves)
    {
        int[] match = new int[boxes.Length];
        float[] best = new float[boxes.Length];
        float[] bestOfLeaf = new float[leaves.Length];
        List<(int Box, int Leaf, float IoU)> overlaps = [];
        for (int i = 0; i < boxes.Length; i++)
        {
            match[i] = Background;
            for (int leaf = 0; leaf < leaves.Length; leaf++)
            {
                float iou = BoxGeometry.IoU(boxes[i], leaves[leaf]);
                if (iou > best[i])
                {
                    best[i] = iou;
                    match[i] = leaf;
                }

                if (rescueLeaves && iou > 0 && iou >= bestOfLeaf[leaf])
                {
                    bestOfLeaf[leaf] = iou;
                    overlaps.Add((i, leaf, iou));
                }
            }

            if (best[i] < positiveIoU)
            {
                match[i] = best[i] < negativeIoU ? Background : Ignored;
            }
        }

        foreach ((int box, int leaf, float iou) in overlaps)
        {
            if (iou == bestOfLeaf[leaf])
            {
                match[box] = leaf;
            }
        }

        return match;
    }

    /// <summary>
    /// Turns <see cref="Background"/> into <see cref="Ignored"/> where a box shows mostly a region to ignore, or has at least
    /// <paramref name="overlap"/> of IoU with one. Changes <paramref name="match"/>.
    /// </summary>
    public static void Ignore(int[] match, ReadOnlySpan<Box> boxes, ReadOnlySpan<Box> regions, float overlap)
    {
        for (int i = 0; i < match.Length && regions.Length > 0; i++)
        {
            if (match[i] != Background)
            {
                continue;
            }

            foreach (Box region in regions)
            {
                float iou = BoxGeometry.IoU(boxes[i], region);
                // Intersection over the box's own area, from IoU = intersection / (box + region - intersection).
                float shown = iou / (1 + iou) * (boxes[i].Area + region.Area) / boxes[i].Area;
                if (iou > 0 && (iou >= overlap || shown >= .5f))
                {
                    match[i] = Ignored;
                    break;
                }
            }
        }
    }

    /// <summary>
    /// Draws at most <paramref name="count"/> places, at most <paramref name="positiveShare"/> of them matched with
    /// a leaf, the rest background. Positives come first.
    /// </summary>
    /// <param name="match">The leaf of each place, or <see cref="Background"/>, or <see cref="Ignored"/>.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="positiveShare">How many of them may belong to leaves.</param>
    /// <param name="evenLeaves">Draws from every leaf once before any is drawn from twice, and so on.</param>
    /// <param name="random">Draws.</param>
    public static (int[] Positive, int[] Negative) Sample(int[] match, int count, float positiveShare, bool evenLeaves, Random random)
    {
        int[] positive = [.. Enumerable.Range(0, match.Length).Where(i => match[i] >= 0)];
        int[] negative = [.. Enumerable.Range(0, match.Length).Where(i => match[i] == Background)];
        random.Shuffle(positive);
        random.Shuffle(negative);
        if (evenLeaves)
        {
            Dictionary<int, int> drawn = [];
            int[] rounds = [.. positive.Select(i => drawn[match[i]] = drawn.GetValueOrDefault(match[i]) + 1)];
            positive = [.. positive.Zip(rounds).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        }

        positive = positive[..Math.Min(positive.Length, (int)(count * positiveShare))];
        negative = negative[..Math.Min(negative.Length, count - positive.Length)];
        return (positive, negative);
    }
}
