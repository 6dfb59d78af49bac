namespace LeafSeg.Common.Synthesis;

/// <summary>What the leaves of one plant have in common: a family of shapes, how they stand, and how fast they follow each other.</summary>
internal sealed record PlantStyle
{
    public required float AngleJitter { get; init; }

    /// <summary>Leaves stand in pairs, each across the one before: 180 and 90 degrees by turns.</summary>
    public required bool InPairs { get; init; }

    /// <summary>Degrees from a leaf to the next where they do not stand in pairs: 137.5 in a spiral, 180 in two ranks.</summary>
    public float Divergence { get; init; } = 137.5f;

    /// <summary>The first two leaves after the cotyledons are a pair, as in Arabidopsis.</summary>
    public bool FirstPair { get; init; } = true;

    /// <summary>Factor on the time between two leaves: below 1 many leaves are young at a time.</summary>
    public required float Plastochron { get; init; }

    /// <summary>Width over length of the blade, of the first leaves and of the later ones.</summary>
    public required float EarlyAspect { get; init; }

    public required float LateAspect { get; init; }

    public required float EarlyPetiole { get; init; }

    public required float LatePetiole { get; init; }

    /// <summary>Half width of a grown petiole in the plant's own unit.</summary>
    public required float PetioleHalfWidth { get; init; }

    public required float BasePower { get; init; }

    public required float TipPower { get; init; }

    /// <summary>Share of the blade that reaches back behind the end of the petiole, as in a heart.</summary>
    public float Heart { get; init; }

    public required LeafMargin Margin { get; init; }

    public required float Cotyledon { get; init; }

    /// <summary>Factor on the width of the cotyledons, which are nearly round.</summary>
    public float CotyledonWidth { get; init; } = 1;

    /// <summary>Depth of the cut at the cotyledons' tips as a share of their length.</summary>
    public float CotyledonNotch { get; init; }

    /// <summary>Length of the first leaf after the cotyledons, the largest being 1.</summary>
    public float FirstLeaf { get; init; } = .52f;

    public required float Relief { get; init; }

    public required float Disorder { get; init; }

    /// <summary>Factor on how much blades bend sideways.</summary>
    public float Curl { get; init; } = 1;

    public static PlantStyle Draw(RandomSource random)
    {
        PlantStyle style = Arabidopsis(random);
        style = random.Unit() switch
        {
            < .45f => style,
            < .55f => Round(random, style),
            < .65f => Heartshaped(random, style),
            < .76f => Elongated(random, style),
            < .89f => Lobed(random, style),
            _ => Toothed(random, style),
        };
        style = random.Chance(.25f) ? style with { Margin = style.Margin with { Ragged = random.Between(.04f, .22f) } } : style;
        return random.Chance(.18f) ? Irregular(random, style) : style;
    }

    private static PlantStyle Arabidopsis(RandomSource random) => new()
    {
        AngleJitter = random.Chance(.15f) ? random.Between(12, 30) : random.Between(4, 12),
        InPairs = false,
        Plastochron = random.Chance(.3f) ? random.Between(.45f, .8f) : random.Between(.8f, 1.1f),
        EarlyAspect = random.Between(.68f, .95f),
        LateAspect = random.Between(.42f, .78f),
        EarlyPetiole = random.Between(.3f, .55f),
        LatePetiole = random.Between(.12f, .45f),
        PetioleHalfWidth = random.Chance(.3f) ? random.Between(.005f, .01f) : random.Between(.009f, .019f),
        BasePower = random.Chance(.25f) ? random.Between(.9f, 1.6f) : random.Between(.55f, 1),
        TipPower = random.Between(.42f, .75f),
        Margin = random.Unit() switch
        {
            < .3f => LeafMargin.Entire with { Teeth = random.Integer(3, 8), ToothDepth = random.Between(0, .05f) },
            < .45f => Scalloped(random),
            _ => Saw(random, 3, 8, random.Between(.06f, .34f)),
        },
        Cotyledon = random.Between(.2f, .34f),
        Relief = random.Between(.3f, 1.4f),
        Disorder = random.Between(.3f, 1.6f),
    };

    /// <summary>Coins on long stalks.</summary>
    private static PlantStyle Round(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.85f, 1.15f),
        LateAspect = random.Between(.8f, 1.15f),
        LatePetiole = random.Between(.3f, .62f),
        BasePower = random.Between(.45f, .6f),
        TipPower = random.Between(.4f, .52f),
        Margin = random.Chance(.5f) ? LeafMargin.Entire : Scalloped(random),
    };

    private static PlantStyle Heartshaped(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.75f, 1.1f),
        LateAspect = random.Between(.6f, 1.05f),
        LatePetiole = random.Between(.25f, .6f),
        BasePower = random.Between(.42f, .6f),
        TipPower = random.Between(.55f, 1.1f),
        Heart = random.Between(.06f, .22f),
        InPairs = random.Chance(.3f),
        Margin = random.Chance(.6f) ? LeafMargin.Entire : Saw(random, 6, 14, random.Between(.04f, .2f)),
    };

    /// <summary>Straps and lances, as of lettuce, plantain, thistle or young cereals.</summary>
    private static PlantStyle Elongated(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.3f, .6f),
        LateAspect = random.Between(.14f, .42f),
        EarlyPetiole = random.Between(.08f, .35f),
        LatePetiole = random.Between(.03f, .3f),
        BasePower = random.Between(.45f, 1.3f),
        TipPower = random.Between(.45f, 1.1f),
        Margin = random.Chance(.55f) ? LeafMargin.Entire : Saw(random, 4, 14, random.Between(.06f, .4f)),
        Disorder = random.Between(.6f, 2.2f),
    };

    /// <summary>As of radish, mustard, dandelion or oak.</summary>
    private static PlantStyle Lobed(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.55f, .9f),
        LateAspect = random.Between(.4f, .85f),
        EarlyPetiole = random.Between(.15f, .45f),
        LatePetiole = random.Between(.08f, .4f),
        BasePower = random.Between(.5f, 1),
        TipPower = random.Between(.4f, .7f),
        Margin = new LeafMargin
        {
            Lobes = random.Integer(2, 5),
            LobeDepth = random.Between(.25f, .8f),
            Lyrate = random.Chance(.5f) ? random.Between(.3f, .9f) : 0,
            Teeth = random.Integer(6, 16),
            ToothDepth = random.Chance(.5f) ? 0 : random.Between(.04f, .14f),
        },
    };

    /// <summary>As of nettle, mint, sunflower or strawberry leaflets: saw teeth all around a broad blade.</summary>
    private static PlantStyle Toothed(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.6f, .95f),
        LateAspect = random.Between(.45f, .9f),
        BasePower = random.Between(.48f, .9f),
        TipPower = random.Between(.5f, 1),
        InPairs = random.Chance(.35f),
        Margin = Saw(random, 6, 18, random.Between(.1f, .36f)) with { AtTip = random.Between(.5f, 1.1f) },
    };

    /// <summary>Any leaf beside any other, as plants are that grew in a crowd, were damaged, or came out of another renderer.</summary>
    private static PlantStyle Irregular(RandomSource random, PlantStyle style) => style with
    {
        AngleJitter = random.Between(20, 60),
        Disorder = random.Between(1.8f, 4),
        PetioleHalfWidth = random.Between(.004f, .011f),
    };

    public static LeafMargin Saw(RandomSource random, int fewest, int most, float depth) => new()
    {
        Teeth = random.Integer(fewest, most),
        ToothDepth = depth,
        Spike = random.Chance(.5f) ? random.Between(.2f, 1) : 0,
        AtTip = random.Between(.2f, .7f),
    };

    public static LeafMargin Scalloped(RandomSource random) => new()
    {
        Round = true,
        Teeth = random.Integer(3, 11),
        ToothDepth = random.Between(.04f, .2f),
        AtTip = random.Between(.4f, 1.1f),
    };
}
