using System.Text.Json.Serialization;
using LeafSeg.Common.Models;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Everything that decides the shape and the inference of the network. Sizes in pixels of the network's
/// input. Defaults are those of the model that ships: EfficientNet-Lite0 and a 96-channel pyramid.
/// </summary>
internal sealed record NetworkSettings
{
    /// <summary>efficientnet-lite0, resnet18, resnet34, resnet50 or resnet101.</summary>
    public string Backbone { get; init; } = "efficientnet-lite0";

    /// <summary>Whose conventions are kept; pretrained detection weights need those that they were trained with.</summary>
    public Conventions Conventions { get; init; }

    /// <summary>The norm behind the backbone's convolutions: Frozen, Batch or Group.</summary>
    public Normalisation Normalisation { get; init; }

    /// <summary>
    /// Added to the variance in a ResNet's norms; without it 1e-5, and 1e-3 for matterport. torchvision's published
    /// Mask R-CNN wants 0.
    /// </summary>
    public double? NormEpsilon { get; init; }

    /// <summary>Side of the square input in training; a multiple of 64.</summary>
    public int InputSize { get; init; } = 384;

    /// <summary>Pixels of the input for each pixel of a picture, at inference; if not given, so many that 512 px become <see cref="InputSize"/>.</summary>
    public float? InputScale { get; init; }

    /// <summary>
    /// Shortest long side of an input at inference, a multiple of 32; if not given, two thirds of <see cref="InputSize"/>: a leaf that
    /// is smaller than that would be smaller than any that was learnt.
    /// </summary>
    public int? SmallestInput { get; init; }

    /// <summary>Longest long side of an input at inference, a multiple of 32; <see cref="InputSize"/> if not given.</summary>
    public int? LargestInput { get; init; }

    /// <summary>Channels of every pyramid level.</summary>
    public int PyramidWidth { get; init; } = 96;

    /// <summary>
    /// Whether the finest level also sees the backbone's map of stride 2, for small leaves and outlines. Not in the
    /// literature's pyramid.
    /// </summary>
    public bool PyramidDetail { get; init; }

    /// <summary>Form of the 3x3 convolutions of pyramid and proposals.</summary>
    public ConvolutionForm Convolutions { get; init; } = ConvolutionForm.Full;

    /// <summary>Form of those of the pyramid alone; <see cref="Convolutions"/> if not given.</summary>
    public ConvolutionForm? PyramidConvolutions { get; init; }

    /// <summary>
    /// Anchor sizes (square root of the area) of P2..P6. Two a level, a factor of 1.4 apart: with one size of
    /// twice the stride, as in the original, hardly any leaf finds an anchor with IoU .7.
    /// </summary>
    public float[][] AnchorSizes { get; init; } = [[10, 16], [26, 38], [54, 76], [108, 150], [200, 280]];

    /// <summary>Height over width of the anchors.</summary>
    public float[] AnchorRatios { get; init; } = [0.5f, 1, 2];

    /// <summary>Channels of the proposal head's hidden layer; <see cref="PyramidWidth"/> if not given. matterport has 512.</summary>
    public int? RpnWidth { get; init; }

    public float RpnNmsIoU { get; init; } = 0.7f;

    /// <summary>Best anchors kept a level before suppression: training, inference.</summary>
    public int RpnBeforeNmsTraining { get; init; } = 600;

    public int RpnBeforeNms { get; init; } = 400;

    /// <summary>Proposals a picture after suppression, over all levels: training, inference.</summary>
    public int ProposalsTraining { get; init; } = 500;

    public int Proposals { get; init; } = 300;

    /// <summary>
    /// At inference an anchor that is less sure of a leaf than this (0 to 1) is no candidate. Most proposals of a picture with few
    /// leaves are such, and each costs as much as any other; bare soil has no others.
    /// </summary>
    public float LeastObjectness { get; init; }

    /// <summary>Side of a box that is pooled from P4; each halving goes one level down (FPN, equation 1).</summary>
    public float CanonicalBoxSize { get; init; } = 112;

    /// <summary>The same for masks: the larger, the finer the level that outlines a leaf.</summary>
    public float CanonicalMaskSize { get; init; } = 112;

    public int BoxPool { get; init; } = 7;

    public int BoxHeadWidth { get; init; } = 384;

    public int MaskPool { get; init; } = 14;

    /// <summary>
    /// How far a mask reaches beyond the box that was found, on each side, as a share of the box's side. Without it a box
    /// that is too tight cuts the tip of its leaf off, whatever the mask knows of it.
    /// </summary>
    public float MaskMargin { get; init; }

    public int MaskHeadWidth { get; init; } = 96;

    public int MaskHeadLayers { get; init; } = 4;

    /// <summary>Cells along one side of a predicted mask: twice <see cref="MaskPool"/>.</summary>
    public int MaskSize => MaskPool * 2;

    public float ScoreThreshold { get; init; } = 0.5f;

    public float NmsIoU { get; init; } = 0.5f;

    public int MaxDetections { get; init; } = 100;

    /// <summary>Which input a picture gets.</summary>
    [JsonIgnore]
    public InputSizes Inputs => new()
    {
        Smallest = SmallestInput ?? Math.Min(InputSize * 2 / 3 / InputSizes.Multiple * InputSizes.Multiple, LargestInput ?? InputSize),
        Largest = LargestInput ?? InputSize,
        Scale = InputScale ?? InputSize / 512f,
    };

    /// <summary><see cref="LeastObjectness"/> as a logit.</summary>
    [JsonIgnore]
    public float LeastObjectnessLogit => LeastObjectness == 0 ? float.NegativeInfinity : MathF.Log(LeastObjectness / (1 - LeastObjectness));

    [JsonIgnore]
    public Convention Convention => Convention.Of(Conventions);

    /// <summary>Throws with the setting's name when the numbers do not fit together.</summary>
    public void Validate()
    {
        Require(InputSize >= 64 && InputSize % 64 == 0, nameof(InputSize), InputSize, "a positive multiple of 64");
        Require(InputScale is null or (> 0 and < float.PositiveInfinity), nameof(InputScale), InputScale!, "a number above 0");
        Require(SmallestInput is null or > 0 && SmallestInput % InputSizes.Multiple is null or 0, nameof(SmallestInput), SmallestInput!, "a positive multiple of 32");
        Require(LargestInput is null or > 0 && LargestInput % InputSizes.Multiple is null or 0, nameof(LargestInput), LargestInput!, "a positive multiple of 32");
        Require(Inputs.Smallest <= Inputs.Largest, nameof(SmallestInput), Inputs.Smallest, $"at most Network:LargestInput, {Inputs.Largest}");
        ValidateConventions();
        Require(PyramidWidth > 0, nameof(PyramidWidth), PyramidWidth, "a positive number of channels");
        Require(AnchorSizes.Length == FeaturePyramid.Levels, nameof(AnchorSizes), AnchorSizes.Length, "one list of sizes for each of P2..P6");
        Require(AnchorSizes.All(level => level is not null), nameof(AnchorSizes), "a list with null in it", "one list of sizes for each of P2..P6");
        Require(
            AnchorSizes.All(level => level.Length == AnchorSizes[0].Length && level.Length > 0 && level.All(size => size > 0)),
            nameof(AnchorSizes), string.Join(" ", AnchorSizes.Select(level => level.Length)),
            "the same number of positive sizes at every level, since one head serves all levels");
        Require(AnchorRatios.Length > 0 && AnchorRatios.All(ratio => ratio > 0), nameof(AnchorRatios), AnchorRatios.Length, "positive ratios");
        Require(ScoreThreshold is > 0 and < 1, nameof(ScoreThreshold), ScoreThreshold, "a probability between 0 and 1");
        Require(NmsIoU is > 0 and <= 1, nameof(NmsIoU), NmsIoU, "an IoU above 0, at most 1");
        Require(RpnNmsIoU is > 0 and <= 1, nameof(RpnNmsIoU), RpnNmsIoU, "an IoU above 0, at most 1");
        RequirePositive(RpnBeforeNmsTraining, nameof(RpnBeforeNmsTraining));
        RequirePositive(RpnBeforeNms, nameof(RpnBeforeNms));
        RequirePositive(ProposalsTraining, nameof(ProposalsTraining));
        RequirePositive(Proposals, nameof(Proposals));
        RequirePositive(MaxDetections, nameof(MaxDetections));
        Require(LeastObjectness is >= 0 and < 1, nameof(LeastObjectness), LeastObjectness, "a probability from 0 to below 1");
        RequirePositive(BoxPool, nameof(BoxPool));
        RequirePositive(BoxHeadWidth, nameof(BoxHeadWidth));
        RequirePositive(MaskPool, nameof(MaskPool));
        Require(MaskMargin is >= 0 and <= 1, nameof(MaskMargin), MaskMargin, "a share of a box's side, 0 to 1");
        RequirePositive(MaskHeadWidth, nameof(MaskHeadWidth));
        RequirePositive(MaskHeadLayers, nameof(MaskHeadLayers));
        Require(CanonicalBoxSize is > 0 and < float.PositiveInfinity, nameof(CanonicalBoxSize), CanonicalBoxSize, "a positive number of pixels");
        Require(CanonicalMaskSize is > 0 and < float.PositiveInfinity, nameof(CanonicalMaskSize), CanonicalMaskSize, "a positive number of pixels");
    }

    /// <summary>Throws where a convention cannot be kept.</summary>
    private void ValidateConventions()
    {
        _ = Convention;
        Require(NormEpsilon is null or >= 0, nameof(NormEpsilon), NormEpsilon!, "a number from 0 on");
        Require(RpnWidth is null or > 0, nameof(RpnWidth), RpnWidth!, "a positive number of channels");
        Require(
            Conventions != Conventions.Matterport || Backbone is "resnet50" or "resnet101", nameof(Backbone), Backbone,
            "resnet50 or resnet101, since Network:Conventions is Matterport");
        Require(
            Conventions != Conventions.Matterport || Normalisation == Normalisation.Frozen, nameof(Normalisation), Normalisation,
            "Frozen, since Network:Conventions is Matterport");
    }

    private static void RequirePositive(int count, string setting) => Require(count > 0, setting, count, "a positive count");

    private static void Require(bool holds, string setting, object found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException($"Network:{setting} is {found}, expected {expected}.");
        }
    }
}
