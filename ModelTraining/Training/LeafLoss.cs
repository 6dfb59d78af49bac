using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// The five losses of Mask R-CNN, each a mean over what was sampled: objectness and box of the region proposal
/// network, class and box of the box head, and the mask.
/// </summary>
internal sealed record LeafLoss(Tensor RpnObjectness, Tensor RpnBox, Tensor Class, Tensor Box, Tensor Mask)
{
    public static readonly string[] Names = ["rpn_objectness", "rpn_box", "class", "box", "mask"];

    public Tensor Total => RpnObjectness.Plus(RpnBox).Plus(Class).Plus(Box).Plus(Mask);

    public IReadOnlyList<Tensor> All => [RpnObjectness, RpnBox, Class, Box, Mask];

    /// <summary>Runs a batch through the network.</summary>
    /// <param name="network">Whose losses.</param>
    /// <param name="pixels">[N, H, W, 3] uint8.</param>
    /// <param name="truths">The leaves of each picture.</param>
    /// <param name="settings">Matching and sampling.</param>
    /// <param name="random">Draws the samples.</param>
    public static LeafLoss Of(
        MaskRcnn network, Tensor pixels, IReadOnlyList<Truth> truths, LossSettings settings, Random random)
    {
        Tensor[] features = network.Features(pixels);
        RegionProposalNetwork.Output rpn = network.Proposals.forward(features);
        (Tensor objectness, Tensor rpnBox) = RpnLosses(network, rpn, truths, settings, random);
        SampledRegion[] sampled = [.. SampleRegions(network, rpn, truths, settings, random)];
        (Tensor classes, Tensor box) = BoxLosses(network, features, sampled, truths);
        Tensor mask = MaskLoss(network, features, sampled, truths, settings, random);
        return new LeafLoss(objectness, rpnBox, classes, box, mask);
    }

    private static (Tensor Objectness, Tensor Box) RpnLosses(
        MaskRcnn network, RegionProposalNetwork.Output rpn, IReadOnlyList<Truth> truths, LossSettings settings, Random random)
    {
        Convention convention = network.Settings.Convention;
        Box[] anchors = [.. network.Proposals.Anchors.SelectMany(level => level)];
        List<long> sampled = [];
        List<float> isLeaf = [];
        List<long> positives = [];
        List<float> targets = [];
        float[] delta = new float[4];
        int[][] matches = new int[truths.Count][];
        Parallel.For(0, truths.Count, picture =>
        {
            matches[picture] = Matching.Match(anchors, truths[picture].Boxes, settings.RpnPositiveIoU, settings.RpnNegativeIoU, rescueLeaves: true);
            Matching.Ignore(matches[picture], anchors, truths[picture].Ignored, settings.RpnNegativeIoU);
        });
        for (int picture = 0; picture < truths.Count; picture++)
        {
            Truth truth = truths[picture];
            int[] match = matches[picture];
            (int[] positive, int[] negative) = Matching.Sample(match, settings.RpnSamples, 0.5f, settings.EvenLeaves, random);
            long offset = (long)picture * anchors.Length;
            foreach (int anchor in positive)
            {
                sampled.Add(offset + anchor);
                isLeaf.Add(1);
                positives.Add(offset + anchor);
                convention.ProposalCoder.Encode(anchors[anchor], truth.Boxes[match[anchor]], delta);
                targets.AddRange(delta);
            }

            foreach (int anchor in negative)
            {
                sampled.Add(offset + anchor);
                isLeaf.Add(0);
            }
        }

        Tensor logits = rpn.Objectness.flatten().index_select(0, tensor(sampled.ToArray()));
        Tensor objectness = nn.functional.binary_cross_entropy_with_logits(logits, tensor(isLeaf.ToArray()));
        if (positives.Count == 0)
        {
            return (objectness, rpn.Deltas.sum().Times(0));
        }

        Tensor deltas = rpn.Deltas.view(-1, 4).index_select(0, tensor(positives.ToArray()));
        Tensor wanted = tensor(targets.ToArray()).view(-1, 4);
        return (objectness, BoxLoss(deltas, wanted, convention.ProposalLossBeta, sampled.Count, convention));
    }

    private static IEnumerable<SampledRegion> SampleRegions(
        MaskRcnn network, RegionProposalNetwork.Output rpn, IReadOnlyList<Truth> truths, LossSettings settings, Random random)
    {
        NetworkSettings shape = network.Settings;
        Convention convention = shape.Convention;
        float[][] logits = [.. Enumerable.Range(0, truths.Count).Select(picture => rpn.Objectness[picture].ToArray())];
        float[][] deltas = [.. Enumerable.Range(0, truths.Count).Select(picture => rpn.Deltas[picture].ToArray())];
        Box[][] proposed = new Box[truths.Count][];
        Parallel.For(0, truths.Count, picture => proposed[picture] = network.Proposals.Propose(
            logits[picture], deltas[picture], shape.RpnBeforeNmsTraining, shape.ProposalsTraining));
        for (int picture = 0; picture < truths.Count; picture++)
        {
            Truth truth = truths[picture];
            // The true boxes are proposals too: the heads learn from the first step on.
            Box[] leaves = [.. truth.Boxes.Select(convention.ToInner)];
            Box[] candidates = convention.TeachesTrueBoxes ? [.. proposed[picture], .. leaves] : proposed[picture];
            int[] match = Matching.Match(
                candidates, leaves, settings.RoiPositiveIoU, settings.RoiPositiveIoU, rescueLeaves: false);
            Matching.Ignore(match, candidates, [.. truth.Ignored.Select(convention.ToInner)], settings.RoiPositiveIoU);
            (int[] positive, int[] negative) = Matching.Sample(match, settings.RoiSamples, settings.RoiPositiveShare, settings.EvenLeaves, random);
            foreach (int i in positive.Concat(negative))
            {
                yield return new SampledRegion(new RoiAlign.Region(picture, candidates[i]), match[i]);
            }
        }
    }

    private static (Tensor Class, Tensor Box) BoxLosses(
        MaskRcnn network, Tensor[] features, SampledRegion[] sampled, IReadOnlyList<Truth> truths)
    {
        BoxHead.Output output = network.BoxHead.forward(network.PoolForBoxes(features, [.. sampled.Select(s => s.Region)]));
        long[] classes = [.. sampled.Select(s => s.Leaf >= 0 ? 1L : 0L)];
        Tensor classLoss = nn.functional.cross_entropy(output.Logits, tensor(classes));
        long[] positives = [.. Enumerable.Range(0, sampled.Length).Where(i => sampled[i].Leaf >= 0).Select(i => (long)i)];
        if (positives.Length == 0)
        {
            return (classLoss, output.Deltas.sum().Times(0));
        }

        Convention convention = network.Settings.Convention;
        float[] targets = new float[positives.Length * 4];
        for (int i = 0; i < positives.Length; i++)
        {
            SampledRegion region = sampled[positives[i]];
            Box leaf = convention.ToInner(truths[region.Region.Picture].Boxes[region.Leaf]);
            convention.DetectionCoder.Encode(
                region.Region.Box, leaf, targets.AsSpan(i * 4, 4));
        }

        Tensor deltas = output.Deltas.index_select(0, tensor(positives));
        return (classLoss, BoxLoss(deltas, tensor(targets).view(-1, 4), convention.DetectionLossBeta, sampled.Length, convention));
    }

    /// <summary>Smooth L1 over matched boxes [P, 4].</summary>
    private static Tensor BoxLoss(Tensor deltas, Tensor wanted, double beta, int samples, Convention convention) => convention.BoxLossIsMean
        ? nn.functional.smooth_l1_loss(deltas, wanted, nn.Reduction.Mean, beta)
        : nn.functional.smooth_l1_loss(deltas, wanted, nn.Reduction.Sum, beta).Times(1.0 / samples);

    private static Tensor MaskLoss(
        MaskRcnn network, Tensor[] features, SampledRegion[] sampled, IReadOnlyList<Truth> truths,
        LossSettings settings, Random random)
    {
        SampledRegion[] chosen =
        [
            .. Enumerable.Range(0, truths.Count).SelectMany(picture =>
            {
                SampledRegion[] positive = [.. sampled.Where(s => s.Leaf >= 0 && s.Region.Picture == picture)];
                random.Shuffle(positive);
                return positive.Take(settings.MaskSamples).Select(s => s with { Region = s.Region with { Box = network.MaskBox(s.Region.Box) } });
            }),
        ];
        if (chosen.Length == 0)
        {
            return features[0].sum().Times(0);
        }

        Convention convention = network.Settings.Convention;
        int size = network.Settings.MaskSize;
        float[] targets = new float[chosen.Length * size * size];
        Parallel.For(0, chosen.Length, i =>
        {
            RoiAlign.Region region = chosen[i].Region;
            Box cells = convention.MaskCells(region.Box, size);
            truths[region.Picture].WriteMask(chosen[i].Leaf, cells, size, targets.AsSpan(i * size * size, size * size));
        });
        Tensor logits = network.MaskHead.forward(network.PoolForMasks(features, [.. chosen.Select(s => s.Region)]));
        Tensor wanted = tensor(targets).view(chosen.Length, size, size);
        Tensor crossEntropy = nn.functional.binary_cross_entropy_with_logits(logits, wanted);
        return settings.MaskDice == 0 ? crossEntropy : crossEntropy.Plus(DiceLoss(logits.sigmoid(), wanted).Times(settings.MaskDice));
    }

    /// <summary>1 - Dice of probabilities and truth, both [M, S, S], mean over the masks; one cell is added to each, so that an empty truth has a gradient.</summary>
    private static Tensor DiceLoss(Tensor probabilities, Tensor wanted)
    {
        Tensor both = (probabilities * wanted).sum([1, 2]);
        Tensor sizes = probabilities.sum([1, 2]) + wanted.sum([1, 2]);
        return (1 - (((2 * both) + 1) / (sizes + 1))).mean();
    }

    /// <summary>A region that counts in the loss and the true leaf it belongs to, or <see cref="Matching.Background"/>.</summary>
    private readonly record struct SampledRegion(RoiAlign.Region Region, int Leaf);
}
