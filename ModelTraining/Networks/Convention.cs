using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// All that differs between <see cref="Conventions"/>, part by part. A part takes from here what it is made of when it
/// is constructed, so that its road for a picture is the same one for all.
/// </summary>
/// <remarks>
/// The network works on "inner" boxes. They are continuous pixels, except that matterport's normalised boxes end at the last
/// pixel instead of behind it: multiplied by (size - 1) they are pixels again, and both corners lie on pixel centres.
/// </remarks>
internal sealed record Convention
{
    /// <summary>Of a ResNet: bottlenecks halve the map in their first 1x1 convolution instead of in the 3x3.</summary>
    public bool StrideOnFirst { get; init; }

    /// <summary>Of a ResNet: convolutions have a bias beside their norm.</summary>
    public bool BackboneBias { get; init; }

    /// <summary>Of a ResNet's norms; added to the variance.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Of a ResNet: cells put before and after the map that the stem's pooling halves.</summary>
    public (long Before, long After) StemPoolPadding { get; init; } = (1, 1);

    /// <summary>Of a ResNet: subtracted from the 0..255 pixels, RGB.</summary>
    public float[] PixelMean { get; init; } = [123.675f, 116.28f, 103.53f];

    /// <summary>Of a ResNet: divides the difference, RGB.</summary>
    public float[] PixelDeviation { get; init; } = [58.395f, 57.12f, 57.375f];

    /// <param name="norm">Behind each convolution of a ResNet.</param>
    /// <param name="epsilon">Instead of the convention's own.</param>
    public ConvolutionStyle BackboneStyle(Normalisation norm, double? epsilon) => new(norm, epsilon ?? NormEpsilon, BackboneBias);

    public AnchorStyle Anchors { get; init; } = AnchorStyle.CellCentres;

    /// <summary>The proposal head has two logits an anchor, background and object, instead of one.</summary>
    public bool ObjectnessPair { get; init; }

    /// <summary>Anchors are ranked and suppressed level by level, or all in one pool.</summary>
    public bool ProposesByLevel { get; init; } = true;

    public BoxCoder ProposalCoder { get; init; } = BoxCoder.Proposals;

    public BoxCoder DetectionCoder { get; init; } = BoxCoder.Detections;

    /// <summary>Boxes with a shorter side, in pixels, are no proposals.</summary>
    public float MinimumProposalSide { get; init; } = 1e-3f;

    /// <summary>Boxes with a shorter side, in pixels, are no detections.</summary>
    public float MinimumDetectionSide { get; init; } = 1e-3f;

    /// <summary>How much earlier inner boxes end, in pixels.</summary>
    public float InnerMargin { get; init; }

    public RoiSampling Sampling { get; init; } = RoiSampling.HalfPixel;

    /// <summary>Octaves by which a box may be too small for a pyramid level and is still pooled from it: one half rounds.</summary>
    public double LevelTolerance { get; init; }

    /// <summary>Both heads have a norm behind each hidden layer, and the box head's are convolutions.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>Of the heads' hidden layers.</summary>
    public ConvolutionStyle HeadStyle => HeadNorms ? new(Normalisation.Frozen, NormEpsilon, Bias: true) : ConvolutionStyle.Plain;

    /// <summary>The box head learns from the true boxes, too, beside the proposals.</summary>
    public bool TeachesTrueBoxes { get; init; } = true;

    /// <summary>Where the proposals' smooth L1 loss becomes straight.</summary>
    public double ProposalLossBeta { get; init; } = 1.0 / 9;

    /// <summary>Where the box head's smooth L1 loss becomes straight.</summary>
    public double DetectionLossBeta { get; init; } = 1;

    /// <summary>Box losses are means over the matched boxes' numbers, instead of sums over the count of all samples.</summary>
    public bool BoxLossIsMean { get; init; }

    public static Convention Of(Conventions conventions) => conventions switch
    {
        Conventions.LeafSeg => LeafSeg,
        Conventions.Torchvision => Torchvision,
        Conventions.Matterport => Matterport,
        _ => throw new SettingsException(
            $"Network:Conventions is {conventions}, expected one of {string.Join(", ", Enum.GetNames<Conventions>())}."),
    };

    private static Convention LeafSeg { get; } = new();

    private static Convention Torchvision { get; } = new()
    {
        Anchors = AnchorStyle.RoundedCorners,
        MinimumDetectionSide = 1e-2f,
        Sampling = RoiSampling.WholePixel,
        LevelTolerance = 1e-6,
        DetectionLossBeta = 1.0 / 9,
    };

    private static Convention Matterport { get; } = new()
    {
        StrideOnFirst = true,
        BackboneBias = true,
        NormEpsilon = 1e-3,
        StemPoolPadding = (0, 1),
        PixelMean = [123.7f, 116.8f, 103.9f],
        PixelDeviation = [1, 1, 1],
        Anchors = AnchorStyle.WidthOverHeight,
        ObjectnessPair = true,
        ProposesByLevel = false,
        ProposalCoder = BoxCoder.Detections,
        MinimumProposalSide = 0,
        InnerMargin = 1,
        Sampling = RoiSampling.Corners,
        LevelTolerance = 0.5,
        HeadNorms = true,
        TeachesTrueBoxes = false,
        ProposalLossBeta = 1,
        BoxLossIsMean = true,
    };

    /// <summary>An inner box from one in continuous pixels.</summary>
    public Box ToInner(Box box) => box with { X2 = box.X2 - InnerMargin, Y2 = box.Y2 - InnerMargin };

    /// <summary>A box in continuous pixels from an inner one.</summary>
    public Box FromInner(Box box) => box with { X2 = box.X2 + InnerMargin, Y2 = box.Y2 + InnerMargin };

    /// <summary>
    /// The inner areas from which on a box is pooled from level 1, 2, ... instead of 0 (P2): FPN, equation 1, without its
    /// logarithm, so that a comparison with them decides alike to the last bit. P4 is for the canonical size.
    /// </summary>
    /// <param name="canonicalSize">See <see cref="NetworkSettings.CanonicalBoxSize"/>.</param>
    /// <param name="inputSize">Side of the network's input.</param>
    /// <param name="levels">How many levels are pooled from.</param>
    public float[] AreaSteps(float canonicalSize, int inputSize, int levels)
    {
        double side = canonicalSize * (inputSize - InnerMargin) / inputSize;
        return [.. Enumerable.Range(1, levels - 1).Select(level => (float)Math.Pow(side * Math.Pow(2, level - 2 - LevelTolerance), 2))];
    }

    /// <summary>
    /// The box in continuous pixels whose size x size cells are the cells of a mask that was pooled from an inner box: where
    /// targets are taken, and where an exact paste puts the mask.
    /// </summary>
    public Box MaskCells(Box inner, int size) => Sampling.Cells(inner, size);
}
