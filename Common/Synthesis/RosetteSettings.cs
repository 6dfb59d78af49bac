namespace LeafSeg.Common.Synthesis;

/// <summary>What pictures to render; everything not set here is drawn from the seed.</summary>
public sealed record RosetteSettings
{
    /// <summary>Width and height of the picture in pixels, 64 to 4096.</summary>
    public int Size { get; init; } = 500;

    /// <summary>Fewest leaves of a plant, cotyledons included; 2 or more.</summary>
    public int MinLeaves { get; init; } = 2;

    /// <summary>Most leaves of a plant, at most <see cref="MostLeaves"/>. Hidden and tiny ones count here and not in the labels.</summary>
    public int MaxLeaves { get; init; } = MostLeaves;

    /// <summary>Smallest distance from the plant's centre to its furthest leaf tip, as a share of the picture's size.</summary>
    public float MinRadius { get; init; } = .04f;

    /// <summary>Largest distance from the plant's centre to its furthest leaf tip, as a share of the picture's size.</summary>
    public float MaxRadius { get; init; } = .62f;

    /// <summary>Share of the pictures that show no plant at all.</summary>
    public float NoPlantShare { get; init; } = .03f;

    /// <summary>Share of the pictures that were taken with fewer pixels (.12 to .9 of them each way) and enlarged.</summary>
    public float LowResolutionShare { get; init; } = .5f;

    /// <summary>Share of the pictures taken with fewer pixels that are not enlarged again: they are smaller than <see cref="Size"/>.</summary>
    public float SmallShare { get; init; }

    /// <summary>Share of the pictures into which neighbouring plants reach from the border. They have no labels.</summary>
    public float NeighbourShare { get; init; } = .06f;

    /// <summary>Share of the pictures with a plant tag, over the rim or in the soil.</summary>
    public float TagShare { get; init; } = .1f;

    /// <summary>Share of the pictures whose ground is a photograph, where there are <see cref="BackgroundPlates"/>.</summary>
    public float PlateShare { get; init; } = .5f;

    /// <summary>Share of the plants and of the grounds whose colours are drawn from the whole circle of hues.</summary>
    public float UnnaturalShare { get; init; } = .08f;

    /// <summary>Share of the plants that are seedlings or young plants of 2 to 8 leaves, of other crops than Arabidopsis.</summary>
    public float FewLeafShare { get; init; }

    /// <summary>Share of the grounds that are plain or bright: benches, foam, paper, gravel, film, trays, water.</summary>
    public float BrightGroundShare { get; init; }

    /// <summary>Share of the pictures whose plant takes anything from 3 to 120 % of the picture's width, whatever <see cref="MinRadius"/> says, and is anywhere in it.</summary>
    public float WideFrameShare { get; init; }

    /// <summary>Share of the pictures with things that are no leaves: hoses, labels, caps, sticks, colour cards, moss, hands. Few lie over a leaf.</summary>
    public float ClutterShare { get; init; }

    /// <summary>Share of the pictures that show no plant but what a model takes for one: pots, wells, trays, ribs and all that clutters.</summary>
    public float EmptySceneShare { get; init; }

    /// <summary>Share of the pictures of a grey camera.</summary>
    public float GreyShare { get; init; }

    /// <summary>Share of the pictures in near infrared: grey, leaves bright whatever their colour and nearly without veins.</summary>
    public float InfraredShare { get; init; }

    /// <summary>Share of the pictures of chlorophyll fluorescence: leaves shine by themselves, all else is nearly black.</summary>
    public float FluorescenceShare { get; init; }

    /// <summary>Share of the pictures taken with little light: dark, noisy, pale, brightest in the middle, some of them grey.</summary>
    public float NightShare { get; init; }

    /// <summary>Share of the plants with other blades: grasses and leeks, very dark, deeply cut, toothed or heart-shaped ones.</summary>
    public float BladeShare { get; init; }

    /// <summary>Share of the pictures whose leaves and grounds have patterns of any colours, as of no plant at all.</summary>
    public float PatternShare { get; init; }

    /// <summary>Share of the plants whose leaves are cut out of photographs, where there are <see cref="LeafPhotographs"/>.</summary>
    public float CollageShare { get; init; }

    /// <summary>Leaves that show fewer pixels than this, in a picture of the full <see cref="Size"/>, get no label.</summary>
    public int MinVisibleArea { get; init; } = 36;

    /// <summary>
    /// Leaves that the sensor shows with fewer pixels than this get no label: in a picture that was taken with a fifth of
    /// the pixels each way and enlarged, 10 of them are 250.
    /// </summary>
    public int MinSeenArea { get; init; } = 10;

    /// <summary>The most leaves that the plant model can grow.</summary>
    public const int MostLeaves = 25;

    /// <summary>
    /// A share of every kind of scene, which is what models are trained and measured on. The default of each share is nothing, so
    /// that pictures that are named by their seed alone never change.
    /// </summary>
    public static RosetteSettings Mixed => new()
    {
        FewLeafShare = .3f,
        BrightGroundShare = .35f,
        WideFrameShare = .15f,
        ClutterShare = .2f,
        EmptySceneShare = .06f,
        GreyShare = .04f,
        InfraredShare = .04f,
        FluorescenceShare = .08f,
        NightShare = .05f,
        BladeShare = .15f,
        PatternShare = .08f,
        CollageShare = .25f,
    };

    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Size is >= 64 and <= 4096, nameof(Size), Size, "64 to 4096 pixels");
        Require(MinLeaves is >= 2 and <= MostLeaves, nameof(MinLeaves), MinLeaves, $"2 to {MostLeaves} leaves");
        Require(MaxLeaves >= MinLeaves && MaxLeaves <= MostLeaves, nameof(MaxLeaves), MaxLeaves, $"{nameof(MinLeaves)} ({MinLeaves}) to {MostLeaves} leaves");
        Require(MinRadius is >= .01f and <= 1, nameof(MinRadius), MinRadius, ".01 to 1 of the size");
        Require(MaxRadius >= MinRadius && MaxRadius <= 1, nameof(MaxRadius), MaxRadius, $"{nameof(MinRadius)} ({MinRadius}) to 1 of the size");
        RequireShare(NoPlantShare, nameof(NoPlantShare));
        RequireShare(LowResolutionShare, nameof(LowResolutionShare));
        RequireShare(SmallShare, nameof(SmallShare));
        RequireShare(NeighbourShare, nameof(NeighbourShare));
        RequireShare(TagShare, nameof(TagShare));
        RequireShare(PlateShare, nameof(PlateShare));
        RequireShare(UnnaturalShare, nameof(UnnaturalShare));
        RequireShare(FewLeafShare, nameof(FewLeafShare));
        RequireShare(BrightGroundShare, nameof(BrightGroundShare));
        RequireShare(WideFrameShare, nameof(WideFrameShare));
        RequireShare(ClutterShare, nameof(ClutterShare));
        RequireShare(EmptySceneShare, nameof(EmptySceneShare));
        RequireShare(GreyShare, nameof(GreyShare));
        RequireShare(InfraredShare, nameof(InfraredShare));
        RequireShare(FluorescenceShare, nameof(FluorescenceShare));
        RequireShare(NightShare, nameof(NightShare));
        RequireShare(BladeShare, nameof(BladeShare));
        RequireShare(PatternShare, nameof(PatternShare));
        RequireShare(CollageShare, nameof(CollageShare));
        Require(MinVisibleArea >= 1, nameof(MinVisibleArea), MinVisibleArea, "1 pixel or more");
        Require(MinSeenArea >= 1, nameof(MinSeenArea), MinSeenArea, "1 pixel or more");
    }

    private static void RequireShare(float share, string name) => Require(share is >= 0 and <= 1, name, share, "0 to 1");

    private static void Require(bool holds, string name, object found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(RosetteSettings)}.{name} is {found}, expected {expected}.");
        }
    }
}
