namespace LeafSeg.ModelTraining.Training;

/// <summary>How anchors and proposals are matched with true leaves and how many of them count in the loss.</summary>
internal sealed record LossSettings
{
    /// <summary>An anchor with at least this IoU to a leaf is that leaf's.</summary>
    public float RpnPositiveIoU { get; init; } = 0.7f;

    /// <summary>An anchor below this IoU to every leaf is background; in between it does not count.</summary>
    public float RpnNegativeIoU { get; init; } = 0.3f;

    /// <summary>Anchors a picture that count, at most half of them positive.</summary>
    public int RpnSamples { get; init; } = 256;

    /// <summary>A proposal with at least this IoU to a leaf is that leaf's, otherwise background.</summary>
    public float RoiPositiveIoU { get; init; } = 0.5f;

    /// <summary>Proposals a picture that count.</summary>
    public int RoiSamples { get; init; } = 96;

    public float RoiPositiveShare { get; init; } = 0.33f;

    /// <summary>Positive proposals a picture that go through the mask head, the costliest part of a step.</summary>
    public int MaskSamples { get; init; } = 20;
}
