using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.Benchmarks;

/// <summary>The network that both sides of a comparison run: ResNet-50, 256-channel pyramid, torchvision's head and counts.</summary>
internal static class ResNet50
{
    public const int InputSize = 512;

    public static NetworkSettings Settings { get; } = new()
    {
        Backbone = "resnet50",
        Conventions = Conventions.Torchvision,
        InputSize = InputSize,
        PyramidWidth = 256,
        AnchorSizes = [[32], [64], [128], [256], [512]],
        RpnBeforeNmsTraining = 2000,
        RpnBeforeNms = 1000,
        ProposalsTraining = 2000,
        Proposals = 1000,
        CanonicalBoxSize = 224,
        CanonicalMaskSize = 224,
        BoxHeadWidth = 1024,
        MaskHeadWidth = 256,
        MaskHeadLayers = 4,
        ScoreThreshold = 1e-4f,
        MaxDetections = 100,
    };
}
