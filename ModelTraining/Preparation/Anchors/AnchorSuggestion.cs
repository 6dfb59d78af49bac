using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Preparation.Anchors;

/// <summary>
/// Anchor sizes for the leaves that are there: a greedy cover, then each size is moved as long as that helps. A cover is
/// as good as the number of leaves with an anchor at IoU .5, counted twice, and at .7, and the sum of their best IoU: .7 alone would
/// give up the smallest leaves, which are hardest to meet that well.
/// </summary>
internal static class AnchorSuggestion
{
    private const int StepsAnOctave = 8;
    private const int MostLeaves = 5000;
    private const int MostRounds = 8;
    private const float UsualStrides = 3;

    /// <summary>
    /// Sizes in strides of their level: below, neighbouring anchors lie too far apart for their size; above, a cell sees
    /// too little of the leaf. P2, the finest, has to take the small ones all the same.
    /// </summary>
    private static (float From, float To) RangeOf(int level) => (level == 0 ? 1 : 2, 6);

    /// <param name="boxes">True leaves in the network's input; beyond 5000, every so many is looked at.</param>
    /// <param name="inputSize">Side of that input in pixels.</param>
    /// <param name="ratios">Height over width of the anchors, as they stay.</param>
    /// <param name="sizesALevel">How many sizes each level has.</param>
    public static AnchorSet For(IReadOnlyList<Box> boxes, int inputSize, float[] ratios, int sizesALevel)
    {
        int every = Math.Max(1, (boxes.Count + MostLeaves - 1) / MostLeaves);
        Box[] leaves = [.. boxes.Where((_, i) => i % every == 0)];
        (int Level, float Size, float[] Gain)[] candidates = [.. Candidates().Select(c => (c.Level, c.Size, Gains(leaves, c, inputSize, ratios)))];
        List<int> chosen = [];
        for (int slot = 0; slot < FeaturePyramid.Levels * sizesALevel; slot++)
        {
            float[] covered = Covered(candidates, chosen, leaves.Length);
            chosen.Add(BestOf(candidates, covered, chosen, i => !chosen.Contains(i) && chosen.Count(c => candidates[c].Level == candidates[i].Level) < sizesALevel));
        }

        for (int round = 0; round < MostRounds && Improve(candidates, chosen, leaves.Length); round++)
        {
        }

        float[][] sizes =
        [
            .. Enumerable.Range(0, FeaturePyramid.Levels).Select(level => chosen.Where(c => candidates[c].Level == level)
                .Select(c => MathF.Round(candidates[c].Size)).Order().ToArray()),
        ];
        return new AnchorSet("suggested", inputSize, sizes, ratios);
    }

    private static IEnumerable<(int Level, float Size)> Candidates()
    {
        for (int level = 0; level < FeaturePyramid.Levels; level++)
        {
            (float from, float to) = RangeOf(level);
            int stride = FeaturePyramid.StrideOf(level);
            for (int step = 0; from * MathF.Pow(2, step / (float)StepsAnOctave) <= to; step++)
            {
                yield return (level, stride * from * MathF.Pow(2, step / (float)StepsAnOctave));
            }
        }
    }

    private static float[] Gains(Box[] leaves, (int Level, float Size) candidate, int inputSize, float[] ratios) =>
    [
        .. leaves.Select(box =>
        {
            float iou = AnchorSet.Best(box, candidate.Level, inputSize, [candidate.Size], ratios);
            return iou + (iou >= .5f ? 2 : 0) + (iou >= .7f ? 1 : 0);
        }),
    ];

    /// <summary>Takes each size out in turn and puts the best of its level in.</summary>
    private static bool Improve((int Level, float Size, float[] Gain)[] candidates, List<int> chosen, int leaves)
    {
        bool moved = false;
        for (int slot = 0; slot < chosen.Count; slot++)
        {
            int level = candidates[chosen[slot]].Level;
            int[] others = [.. chosen.Where((_, i) => i != slot)];
            int better = BestOf(candidates, Covered(candidates, others, leaves), others, i => candidates[i].Level == level && !others.Contains(i));
            moved |= better != chosen[slot];
            chosen[slot] = better;
        }

        return moved;
    }

    private static float[] Covered((int Level, float Size, float[] Gain)[] candidates, IEnumerable<int> chosen, int leaves)
    {
        float[] covered = new float[leaves];
        foreach (int c in chosen)
        {
            for (int i = 0; i < leaves; i++)
            {
                covered[i] = Math.Max(covered[i], candidates[c].Gain[i]);
            }
        }

        return covered;
    }

    /// <summary>The candidate that gains most; where none gains anything, the farthest from its level's other sizes.</summary>
    private static int BestOf(
        (int Level, float Size, float[] Gain)[] candidates, float[] covered, IReadOnlyCollection<int> chosen, Func<int, bool> allowed) =>
        Enumerable.Range(0, candidates.Length).Where(allowed).MaxBy(c =>
        {
            (int level, float size, float[] gains) = candidates[c];
            double gain = 0;
            for (int i = 0; i < covered.Length; i++)
            {
                gain += Math.Max(0, gains[i] - covered[i]);
            }

            float usual = -MathF.Abs(MathF.Log2(size / (UsualStrides * FeaturePyramid.StrideOf(level))));
            return (gain, chosen.Where(other => candidates[other].Level == level)
                .Select(other => MathF.Abs(MathF.Log2(size / candidates[other].Size))).DefaultIfEmpty(usual).Min());
        });
}
