namespace LeafSeg.Common.Synthesis;

/// <summary>One leaf at one moment, in pixels of the picture.</summary>
internal sealed record LeafPose
{
    public required ushort Number { get; init; }

    /// <summary>Where the petiole leaves the stem.</summary>
    public required float X { get; init; }

    public required float Y { get; init; }

    /// <summary>Direction of growth, a unit vector.</summary>
    public required float Cos { get; init; }

    public required float Sin { get; init; }

    /// <summary>From the stem to the tip as seen from above.</summary>
    public required float Length { get; init; }

    /// <summary>Share of the length that is petiole.</summary>
    public required float PetioleShare { get; init; }

    public required float HalfWidth { get; init; }

    public required float PetioleHalfWidth { get; init; }

    /// <summary>Height at the stem, and rise per pixel at the stem and at the tip.</summary>
    public required float BaseHeight { get; init; }

    public required float BaseSlope { get; init; }

    public required float TipSlope { get; init; }

    public required LeafForm Form { get; init; }

    public required LeafColour Colour { get; init; }
}

/// <summary>What stays with a leaf while it grows.</summary>
internal sealed record LeafForm
{
    /// <summary>Exponents of the outline x^BasePower (1-x)^TipPower along the blade: high ones are pointed.</summary>
    public required float BasePower { get; init; }

    public required float TipPower { get; init; }

    /// <summary>Share of the blade that reaches back behind the end of the petiole, as in a heart.</summary>
    public required float Heart { get; init; }

    public required LeafMargin Margin { get; init; }

    /// <summary>Sideways deviation of the midrib at the tip, as a share of the length.</summary>
    public required float Bend { get; init; }

    public required float Sway { get; init; }

    /// <summary>Rise of the blade from midrib to margin: a fold along the midrib and a cup across.</summary>
    public required float Fold { get; init; }

    public required float Cup { get; init; }

    /// <summary>Share of the blade that the cut at its tip is deep, as in cotyledons of cabbages; 0 for none.</summary>
    public float Notch { get; init; }

    /// <summary>A leaf out of a photograph that gives outline and texture; null for a rendered one.</summary>
    public LeafPhotograph? Photograph { get; init; }

    /// <summary>Undulation of the margin, as a slope.</summary>
    public required float Wave { get; init; }

    /// <summary>Bulging of the blade between side veins, as a slope.</summary>
    public required float Quilt { get; init; }

    /// <summary>Side veins on each side.</summary>
    public required float Veins { get; init; }

    /// <summary>Place in the noise textures, so that no two leaves are alike.</summary>
    public required float NoiseX { get; init; }

    public required float NoiseY { get; init; }
}

internal sealed record LeafColour
{
    public required Rgb Blade { get; init; }

    /// <summary>How much of a photographed leaf's own colour is replaced by <see cref="Blade"/>; its light and dark stay.</summary>
    public float Dye { get; init; }

    public required Rgb Petiole { get; init; }

    public required Rgb Vein { get; init; }

    /// <summary>Colour towards the margin and tip, and how much of it there is.</summary>
    public required Rgb Margin { get; init; }

    public required float MarginShare { get; init; }

    /// <summary>How much of the vein colour the midrib and the side veins show.</summary>
    public required float VeinContrast { get; init; }

    public required float Mottle { get; init; }

    /// <summary>A second colour in blotches, and how much of the blade has it.</summary>
    public Rgb Pattern { get; init; }

    public float PatternShare { get; init; }

    public float PatternScale { get; init; } = 1;

    public required float Grain { get; init; }

    public required float Gloss { get; init; }

    /// <summary>Brightness of the hairs; smooth leaves have 0.</summary>
    public required float Hairs { get; init; }
}
