namespace LeafSeg.Common.Synthesis;

/// <summary>Blades that rosettes seldom have: of grasses and leeks, of ferns and thistles, of violets and nettles.</summary>
internal static class BladeStyle
{
    public static PlantStyle Draw(RandomSource random, PlantStyle style) => random.Unit() switch
    {
        < .35f => Grass(random, style),
        < .6f => DeeplyLobed(random, style),
        < .8f => Serrated(random, style),
        _ => Heart(random, style),
    };

    /// <summary>Narrow bands in two ranks that hang over, without a petiole.</summary>
    private static PlantStyle Grass(RandomSource random, PlantStyle style) => style with
    {
        InPairs = false,
        FirstPair = false,
        Divergence = random.Chance(.7f) ? 180 : 137.5f,
        AngleJitter = random.Between(8, 35),
        Plastochron = random.Between(1.2f, 3),
        EarlyAspect = random.Between(.05f, .12f),
        LateAspect = random.Between(.06f, .17f),
        EarlyPetiole = .02f,
        LatePetiole = .02f,
        CotyledonWidth = random.Between(.08f, .18f),
        Cotyledon = random.Between(.4f, .8f),
        FirstLeaf = random.Between(.5f, .9f),
        PetioleHalfWidth = random.Between(.008f, .016f),
        BasePower = random.Between(.1f, .35f),
        TipPower = random.Between(.4f, .9f),
        Heart = 0,
        Margin = LeafMargin.Entire,
        Disorder = random.Between(.5f, 1.3f),
        Curl = random.Between(1, 3),
    };

    private static PlantStyle DeeplyLobed(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.5f, .9f),
        LateAspect = random.Between(.45f, .95f),
        Margin = new LeafMargin
        {
            Lobes = random.Integer(2, 7),
            LobeDepth = random.Between(.5f, .88f),
            Lyrate = random.Chance(.4f) ? random.Between(.2f, .9f) : 0,
            Teeth = random.Integer(6, 18),
            ToothDepth = random.Chance(.4f) ? 0 : random.Between(.05f, .2f),
        },
    };

    private static PlantStyle Serrated(RandomSource random, PlantStyle style) => style with
    {
        BasePower = random.Between(.45f, .9f),
        TipPower = random.Between(.5f, 1.2f),
        Margin = PlantStyle.Saw(random, 10, 26, random.Between(.12f, .45f)) with { AtTip = random.Between(.6f, 1.2f), Ragged = random.Between(0, .15f) },
    };

    private static PlantStyle Heart(RandomSource random, PlantStyle style) => style with
    {
        EarlyAspect = random.Between(.8f, 1.25f),
        LateAspect = random.Between(.8f, 1.25f),
        EarlyPetiole = random.Between(.3f, .55f),
        LatePetiole = random.Between(.3f, .6f),
        BasePower = random.Between(.4f, .55f),
        TipPower = random.Between(.5f, .9f),
        Heart = random.Between(.12f, .3f),
        Margin = random.Chance(.5f) ? LeafMargin.Entire : PlantStyle.Scalloped(random),
    };
}
