namespace LeafSeg.Common.Synthesis;

/// <summary>
/// Crops with few leaves: large blades on long petioles that are nearly grown before the next ones unfold, so that the middle of
/// the plant lies open.
/// </summary>
internal static class SeedlingStyle
{
    public static PlantStyle Draw(RandomSource random)
    {
        PlantStyle style = Young(random);
        return random.Unit() switch
        {
            < .4f => Cabbage(random, style),
            < .58f => Broad(random, style),
            < .72f => Strap(random, style),
            < .86f => Opposite(random, style),
            _ => Cut(random, style),
        };
    }

    private static PlantStyle Young(RandomSource random) => new()
    {
        AngleJitter = random.Between(4, 24),
        InPairs = false,
        FirstPair = random.Chance(.4f),
        Divergence = random.Unit() switch { < .55f => 137.5f, < .85f => 180, _ => 120 },
        Plastochron = random.Between(1.6f, 4.5f),
        EarlyAspect = random.Between(.55f, .95f),
        LateAspect = random.Between(.45f, .85f),
        EarlyPetiole = random.Between(.15f, .5f),
        LatePetiole = random.Between(.12f, .5f),
        PetioleHalfWidth = random.Between(.012f, .034f),
        BasePower = random.Between(.5f, .9f),
        TipPower = random.Between(.4f, .7f),
        Margin = random.Chance(.5f) ? LeafMargin.Entire : PlantStyle.Scalloped(random),
        Cotyledon = random.Between(.25f, .6f),
        FirstLeaf = random.Between(.6f, .95f),
        Relief = random.Between(.3f, 1.6f),
        Disorder = random.Between(.6f, 2.2f),
    };

    /// <summary>As of komatsuna, pak choi, radish or mustard: notched cotyledons, then spoons with a wavy margin on pale stalks.</summary>
    private static PlantStyle Cabbage(RandomSource random, PlantStyle style) => style with
    {
        CotyledonNotch = random.Between(.12f, .3f),
        CotyledonWidth = random.Between(1.1f, 1.45f),
        Cotyledon = random.Between(.25f, .45f),
        BasePower = random.Between(.5f, .8f),
        Margin = (random.Chance(.5f) ? PlantStyle.Scalloped(random) : LeafMargin.Entire) with { Ragged = random.Between(.05f, .25f) },
        Relief = random.Between(.7f, 1.8f),
    };

    /// <summary>As of tobacco, petunia or lettuce: broad blades on short stalks.</summary>
    private static PlantStyle Broad(RandomSource random, PlantStyle style) => style with
    {
        EarlyPetiole = random.Between(.08f, .3f),
        LatePetiole = random.Between(.04f, .2f),
        EarlyAspect = random.Between(.7f, 1),
        LateAspect = random.Between(.5f, .8f),
        BasePower = random.Between(.6f, 1.1f),
        TipPower = random.Between(.5f, .95f),
        Margin = LeafMargin.Entire with { Ragged = random.Between(0, .12f) },
        Cotyledon = random.Between(.2f, .4f),
    };

    /// <summary>As of spinach, beet or tomato: cotyledons like straps, then ovals or arrows in pairs.</summary>
    private static PlantStyle Strap(RandomSource random, PlantStyle style) => style with
    {
        CotyledonWidth = random.Between(.18f, .45f),
        Cotyledon = random.Between(.5f, .95f),
        InPairs = random.Chance(.5f),
        FirstPair = true,
        Heart = random.Chance(.3f) ? random.Between(.04f, .14f) : 0,
        TipPower = random.Between(.5f, .9f),
    };

    /// <summary>As of sunflower, bean, basil or cucumber: large cotyledons, then pairs across each other.</summary>
    private static PlantStyle Opposite(RandomSource random, PlantStyle style) => style with
    {
        InPairs = random.Chance(.75f),
        FirstPair = true,
        Cotyledon = random.Between(.35f, .75f),
        CotyledonWidth = random.Between(.55f, 1.05f),
        Heart = random.Chance(.4f) ? random.Between(.05f, .18f) : 0,
        BasePower = random.Between(.45f, .75f),
        TipPower = random.Between(.55f, 1.1f),
        Margin = random.Chance(.5f) ? LeafMargin.Entire : PlantStyle.Saw(random, 5, 14, random.Between(.05f, .25f)),
    };

    /// <summary>Lobed and toothed, as of radish, cotton, squash or dandelion.</summary>
    private static PlantStyle Cut(RandomSource random, PlantStyle style) => style with
    {
        CotyledonNotch = random.Chance(.4f) ? random.Between(.1f, .25f) : 0,
        Margin = new LeafMargin
        {
            Lobes = random.Integer(1, 4),
            LobeDepth = random.Between(.2f, .65f),
            Lyrate = random.Chance(.5f) ? random.Between(.3f, .9f) : 0,
            Teeth = random.Integer(5, 14),
            ToothDepth = random.Chance(.5f) ? 0 : random.Between(.05f, .2f),
        },
    };
}
