namespace LeafSeg.Common.Synthesis;

/// <summary>Which of the kinds of scene that have a share of their own one seed shows.</summary>
internal sealed record SceneKind
{
    public required bool Empty { get; init; }

    public required bool FewLeaves { get; init; }

    public required bool Bright { get; init; }

    public required bool WideFrame { get; init; }

    public required bool Cluttered { get; init; }

    /// <summary>Each kind takes one number of the stream whether it has a share or not: changing one share leaves the other kinds where they are.</summary>
    public static SceneKind Draw(RandomSource random, RosetteSettings settings) => new()
    {
        Empty = random.Chance(settings.EmptySceneShare),
        FewLeaves = random.Chance(settings.FewLeafShare),
        Bright = random.Chance(settings.BrightGroundShare),
        WideFrame = random.Chance(settings.WideFrameShare),
        Cluttered = random.Chance(settings.ClutterShare),
    };
}
