using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Augmentation;

/// <summary>
/// How training pictures are varied. Every picture is laid down in one of eight ways, unless that is switched off; all else
/// happens to a share of the pictures, and a share of 0 switches it off.
/// </summary>
internal sealed record AugmentationSettings
{
    /// <summary>Nothing but mirroring and quarter turns.</summary>
    public static AugmentationSettings None { get; } = new() { WarpShare = 0, PasteShare = 0, ColourShare = 0, BlurShare = 0, NoiseShare = 0 };

    /// <summary>Whether pictures are mirrored and turned by quarters; otherwise each lies as it was taken.</summary>
    public bool QuarterTurns { get; init; } = true;

    /// <summary>Share of the pictures that are turned freely, scaled, and cropped where they outgrow the frame.</summary>
    public double WarpShare { get; init; } = 0.4;

    /// <summary>Smallest scale of such a picture; 1 fits it into the frame.</summary>
    public double MinScale { get; init; } = 0.6;

    public double MaxScale { get; init; } = 1.6;

    /// <summary>Share of the pictures that get leaves of another one on top (copy-paste, Ghiasi et al. 2021).</summary>
    public double PasteShare { get; init; } = 0.15;

    /// <summary>Most leaves that such a picture gets.</summary>
    public int MaxPastedLeaves { get; init; } = 3;

    /// <summary>Share of the pictures whose light and white balance change.</summary>
    public double ColourShare { get; init; } = 0.5;

    /// <summary>Largest change of a channel's gain, gamma, contrast and saturation, as a share.</summary>
    public double ColourStrength { get; init; } = 0.25;

    public double BlurShare { get; init; } = 0.15;

    /// <summary>Largest standard deviation of the blur in pixels of the network's input.</summary>
    public double MaxBlur { get; init; } = 1.5;

    public double NoiseShare { get; init; } = 0.2;

    /// <summary>Largest standard deviation of the noise in grey levels.</summary>
    public double MaxNoise { get; init; } = 10;

    public void Validate()
    {
        RequireShare(WarpShare, nameof(WarpShare));
        RequireShare(PasteShare, nameof(PasteShare));
        RequireShare(ColourShare, nameof(ColourShare));
        RequireShare(BlurShare, nameof(BlurShare));
        RequireShare(NoiseShare, nameof(NoiseShare));
        Require(MinScale is > 0 and <= 1, nameof(MinScale), MinScale, "above 0, at most 1");
        Require(MaxScale is >= 1 and <= 8, nameof(MaxScale), MaxScale, "1 to 8");
        Require(MaxPastedLeaves is >= 1 and <= 100, nameof(MaxPastedLeaves), MaxPastedLeaves, "1 to 100 leaves");
        Require(ColourStrength is >= 0 and < 1, nameof(ColourStrength), ColourStrength, "0 up to, not including, 1");
        Require(MaxBlur is >= 0 and <= 20, nameof(MaxBlur), MaxBlur, "0 to 20 pixels");
        Require(MaxNoise is >= 0 and <= 100, nameof(MaxNoise), MaxNoise, "0 to 100 grey levels");
    }

    private static void RequireShare(double share, string setting) => Require(share is >= 0 and <= 1, setting, share, "0 to 1");

    private static void Require(bool holds, string setting, object found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException($"Augmentation:{setting} is {found}, expected {expected}.");
        }
    }
}
