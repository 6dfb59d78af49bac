namespace LeafSeg.Common.Synthesis;

/// <summary>Which of the kinds of scene that have a share of their own one seed shows.</summary>
internal sealed record SceneKind
{
    public required bool Empty { get; init; }

    public required bool FewLeaves { get; init; }

    public required bool Bright { get; init; }

    public required bool WideFrame { get; init; }

    public required bool Cluttered { get; init; }

    public required bool OtherBlades { get; init; }

    public required bool Patterned { get; init; }

    /// <summary>Leaves are cut out of photographs, if there are any.</summary>
    public required bool Collage { get; init; }

    /// <summary>What the camera sees by.</summary>
    public required Spectrum Spectrum { get; init; }

    /// <summary>Each kind takes one number of the stream whether it has a share or not: changing one share leaves the other kinds where they are.</summary>
    public static SceneKind Draw(RandomSource random, RosetteSettings settings) => new()
    {
        Empty = random.Chance(settings.EmptySceneShare),
        FewLeaves = random.Chance(settings.FewLeafShare),
        Bright = random.Chance(settings.BrightGroundShare),
        WideFrame = random.Chance(settings.WideFrameShare),
        Cluttered = random.Chance(settings.ClutterShare),
        OtherBlades = random.Chance(settings.BladeShare),
        Patterned = random.Chance(settings.PatternShare),
        Spectrum = DrawSpectrum(random, settings),
        Collage = random.Chance(settings.CollageShare),
    };

    /// <summary>A camera sees by one of them; where the shares add up to more than 1, the first ones count.</summary>
    private static Spectrum DrawSpectrum(RandomSource random, RosetteSettings settings)
    {
        float chance = random.Unit() - settings.FluorescenceShare;
        return chance < 0 ? Spectrum.Fluorescence
            : (chance -= settings.InfraredShare) < 0 ? Spectrum.Infrared
            : (chance -= settings.NightShare) < 0 ? Spectrum.Night
            : chance < settings.GreyShare ? Spectrum.Grey
            : Spectrum.Colour;
    }
}
