using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>How unsure a model is of a plant, from what it found in one run: to order pictures by, for whoever corrects them.</summary>
/// <remarks>
/// One less the mean, over the leaves, of the Dice that the model itself expects of each: its score, times the soft Dice confidence of
/// its mask, times the Dice of its mask with the pixels that it keeps. A leaf near the threshold counts through its score, one with a
/// vague outline through its mask, one that others overlap through the pixels that they take. On KOMATSUNA and CVPPP A1 each factor orders
/// pictures better by their SBD than the others do without it; disagreement with the mirrored picture, and with earlier pictures of
/// the plant, do not on both (tests/Benchmarks, doubt).
/// </remarks>
public static class Doubt
{
    /// <summary>From this probability on a mask's cell counts as leaf.</summary>
    private const float Threshold = 0.5f;

    /// <param name="leaves">The leaves that have pixels: each with its label and how many.</param>
    /// <param name="labels">As <see cref="LeafMap.Paste"/> made it of them.</param>
    /// <returns>0, sure, to 1, also where there is no leaf: nobody knows then whether one is missing.</returns>
    public static double Of(IEnumerable<(LeafInstance Leaf, int Label, int Area)> leaves, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentNullException.ThrowIfNull(labels);
        return 1 - leaves.Select(leaf => leaf.Leaf.Score * ExpectedDice(leaf.Leaf, leaf.Label, leaf.Area, labels)).DefaultIfEmpty(0).Average();
    }

    /// <summary>
    /// Soft Dice confidence (Borges et al. 2024, arXiv 2402.10665: about the Dice to be expected of the thresholded mask with a truth that
    /// has each cell with its probability), times the Dice of the mask with the leaf's pixels, both over the mask's cells.
    /// </summary>
    private static double ExpectedDice(LeafInstance leaf, int label, int area, LabelMap labels)
    {
        int size = leaf.MaskSize;
        double inside = 0, all = 0;
        int cells = 0, kept = 0;
        for (int i = 0; i < leaf.Mask.Length; i++)
        {
            float probability = leaf.Mask[i];
            all += probability;
            if (probability >= Threshold)
            {
                inside += probability;
                cells++;
                kept += LabelAt(leaf.Box.X1 + (leaf.Box.Width * ((i % size) + 0.5f) / size), leaf.Box.Y1 + (leaf.Box.Height * ((i / size) + 0.5f) / size), labels) == label ? 1 : 0;
            }
        }

        double cellArea = (double)leaf.Box.Width * leaf.Box.Height / (size * size);
        if (cells == 0 || cellArea <= 0)
        {
            return 0;
        }

        double confidence = 2 * inside / (cells + all), agreement = Math.Min(1, 2 * kept / (cells + (area / cellArea)));
        return confidence * agreement;
    }

    /// <returns>-1 outside the picture: what is cut off there is no disagreement.</returns>
    private static int LabelAt(float x, float y, LabelMap labels) =>
        x >= 0 && y >= 0 && x < labels.Width && y < labels.Height ? labels[(int)x, (int)y] : -1;
}
