using LeafSeg.ModelTraining.Faults;

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

    /// <summary>
    /// Draws positive anchors and proposals evenly from the leaves (Pang et al. 2019, Libra R-CNN). Otherwise a leaf counts as
    /// often as boxes fit it, a large one many times more than a small one, where the scores count every leaf once.
    /// </summary>
    public bool EvenLeaves { get; init; }

    /// <summary>Positive proposals a picture that go through the mask head, the costliest part of a step.</summary>
    public int MaskSamples { get; init; } = 20;

    /// <summary>
    /// What 1 - Dice of each mask counts beside the cross entropy of its cells (Milletari et al. 2016); 0 leaves it out. The
    /// cross entropy of a leaf that fills little of its box is mostly that of the cells around it.
    /// </summary>
    public float MaskDice { get; init; }

    /// <summary>Throws with the setting's name where a number is out of its range.</summary>
    public void Validate()
    {
        Require(RpnPositiveIoU is > 0 and <= 1, nameof(RpnPositiveIoU), RpnPositiveIoU, "an IoU above 0, at most 1");
        Require(
            RpnNegativeIoU >= 0 && RpnNegativeIoU <= RpnPositiveIoU, nameof(RpnNegativeIoU), RpnNegativeIoU,
            $"0 up to Loss:RpnPositiveIoU, which is {RpnPositiveIoU}");
        Require(RpnSamples > 1, nameof(RpnSamples), RpnSamples, "at least two samples");
        Require(RoiPositiveIoU is > 0 and <= 1, nameof(RoiPositiveIoU), RoiPositiveIoU, "an IoU above 0, at most 1");
        Require(RoiSamples > 1, nameof(RoiSamples), RoiSamples, "at least two samples");
        Require(RoiPositiveShare is > 0 and <= 1, nameof(RoiPositiveShare), RoiPositiveShare, "a share above 0, at most 1");
        Require(MaskSamples > 0, nameof(MaskSamples), MaskSamples, "a positive count");
        Require(MaskDice >= 0, nameof(MaskDice), MaskDice, "a weight, 0 or more");
    }

    private static void Require(bool holds, string setting, object found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException($"Loss:{setting} is {found}, expected {expected}.");
        }
    }
}
