namespace LeafSeg.Common.Synthesis;

/// <summary>The colours of one plant.</summary>
internal sealed record Palette
{
    private float Hue { get; init; }

    private float Saturation { get; init; }

    private float Value { get; init; }

    /// <summary>How far apart the plant's leaves are, 1 being usual.</summary>
    private float Spread { get; init; }

    private float VeinContrast { get; init; }

    private float VeinHueShift { get; init; }

    private float Mottle { get; init; }

    private float Grain { get; init; }

    private float Gloss { get; init; }

    private float Hairs { get; init; }

    private float YoungBrightness { get; init; }

    /// <summary>Leaves shine by themselves: stalks and veins are dimmer than blades.</summary>
    private bool Glows { get; init; }

    private float Dye { get; init; }

    private Rgb Pattern { get; init; }

    /// <summary>How much of the blade has the pattern's colour, 0 to 1.</summary>
    private float PatternShare { get; init; }

    private float PatternScale { get; init; } = 1;

    /// <summary>How near to white veins and petioles are, 0 to 1.</summary>
    private float Paleness { get; init; }

    private bool PurplePetioles { get; init; }

    /// <summary>Share of anthocyan in blade, margin and petiole: red to violet over green.</summary>
    private float Anthocyan { get; init; }

    private float AnthocyanHue { get; init; }

    /// <summary>Share of the leaves that yellow from the margin.</summary>
    private float Yellowing { get; init; }

    /// <summary>The usual colour of a blade.</summary>
    public Rgb Blade => Rgb.FromHsv(Hue, Saturation, Value).Mix(Rgb.FromHsv(AnthocyanHue, .5f, Value * .75f), Anthocyan * .6f);

    public static Palette Draw(RandomSource random, bool unnatural)
    {
        Palette palette = new()
        {
            Hue = unnatural ? random.Between(0, 360) : 95 + (random.Normal() * 16),
            Saturation = unnatural ? random.Between(.1f, .9f) : random.Between(.3f, .85f),
            Value = random.Between(.38f, .85f),
            // Some renderers and some plants give each leaf a colour of its own.
            Spread = random.Chance(.25f) ? random.Between(1.5f, 5) : random.Between(.4f, 1.5f),
            VeinContrast = random.Chance(.25f) ? random.Between(0, .12f) : random.Between(.12f, .5f),
            VeinHueShift = random.Between(-22, 6),
            Mottle = random.Between(.05f, .5f),
            Grain = random.Chance(.35f) ? random.Between(.06f, .22f) : random.Between(0, .06f),
            Gloss = random.Chance(.5f) ? random.Between(0, .05f) : random.Between(.05f, .28f),
            Hairs = random.Chance(.25f) ? random.Between(.04f, .3f) : 0,
            YoungBrightness = random.Between(.85f, 1.35f),
            PurplePetioles = random.Chance(.1f),
            AnthocyanHue = random.Between(315, 370),
            Yellowing = random.Chance(.15f) ? random.Between(.1f, .4f) : .03f,
        };
        return unnatural ? palette : palette.InCondition(random);
    }

    /// <summary>Most plants are well; some lack nitrogen or iron, some are stressed and redden, some are waxy and blue.</summary>
    private Palette InCondition(RandomSource random) => random.Unit() switch
    {
        < .72f => this,
        < .81f => this with { Hue = random.Between(52, 76), Saturation = random.Between(.3f, .75f), Value = random.Between(.6f, .95f) },
        < .89f => this with { Anthocyan = random.Between(.25f, 1), Value = Value * .85f },
        < .95f => this with { Hue = random.Between(120, 168), Saturation = random.Between(.12f, .6f) },
        _ => this with { Hue = random.Between(36, 70), Saturation = random.Between(.3f, .7f), Value = random.Between(.22f, .5f) },
    };

    /// <summary>Leaves of cabbages, tobacco and spinach: the midrib and the petiole nearly white, side veins seen from afar.</summary>
    public Palette WithLightVeins(RandomSource random) => this with
    {
        VeinContrast = random.Chance(.7f) ? random.Between(.3f, .9f) : VeinContrast,
        Paleness = random.Chance(.7f) ? random.Between(.2f, 1) : 0,
        PurplePetioles = random.Chance(.08f),
    };

    /// <summary>Leaves reflect most of the near infrared, with hardly a vein.</summary>
    public Palette InInfrared(RandomSource random) => this with
    {
        Saturation = 0,
        Value = random.Between(.7f, 1),
        Anthocyan = 0,
        PurplePetioles = false,
        Paleness = 0,
        Yellowing = 0,
        VeinContrast = random.Between(0, .2f),
        Mottle = Mottle * .5f,
    };

    /// <summary>
    /// Chlorophyll shines by itself: even blades, dim stalks and veins, the youngest leaves brightest, no gloss.
    /// </summary>
    public Palette InFluorescence(RandomSource random) => this with
    {
        Saturation = 0,
        Value = random.Between(.6f, .92f),
        Anthocyan = 0,
        PurplePetioles = false,
        Paleness = 0,
        Yellowing = random.Chance(.2f) ? .15f : 0,
        VeinContrast = random.Between(.1f, .7f),
        Mottle = random.Between(.05f, .35f),
        Grain = random.Between(.02f, .3f),
        Gloss = 0,
        Hairs = 0,
        YoungBrightness = random.Between(.95f, 1.5f),
        Glows = true,
    };

    /// <summary>As of dark lettuce, basil or coleus: nearly black, green or purple, some with light veins.</summary>
    public Palette Darkened(RandomSource random) => this with
    {
        Hue = random.Chance(.5f) ? Hue : random.Between(270, 370),
        Saturation = random.Between(.2f, .8f),
        Value = random.Between(.12f, .32f),
        Anthocyan = 0,
        Gloss = random.Between(0, .15f),
    };

    /// <summary>Blotches of any colour on every leaf.</summary>
    public Palette Patterned(RandomSource random) => this with
    {
        Pattern = Rgb.FromHsv(random.Between(0, 360), random.Between(0, .9f), random.Between(.1f, .95f)),
        PatternShare = random.Between(.3f, 1),
        PatternScale = random.Between(.4f, 3),
        Spread = random.Between(1, 5),
    };

    /// <summary>How far photographed leaves take this plant's colour instead of their own.</summary>
    public Palette Dyed(RandomSource random) => this with { Dye = random.Chance(.4f) ? random.Between(0, .3f) : random.Between(.5f, 1) };

    public LeafPalette DrawLeaf(RandomSource random)
    {
        float hue = Hue + (random.Normal() * 3.5f * Spread);
        float saturation = Saturation * (1 + (random.Normal() * .06f * Spread));
        float value = Value * (1 + (random.Normal() * .06f * Spread));
        bool yellowing = random.Chance(Yellowing);
        Rgb red = Rgb.FromHsv(AnthocyanHue + (random.Normal() * 6), .55f, value * .75f);
        float reddened = Anthocyan * random.Between(.3f, 1);
        Rgb blade = Rgb.FromHsv(hue, saturation, value).Mix(red, reddened * .8f);
        Rgb pale = Rgb.FromHsv(hue + VeinHueShift, saturation * .6f, Math.Min(1, value * 1.3f));
        pale = Paleness > 0 ? pale.Mix(Rgb.FromHsv(hue - 20, .18f, Math.Min(1, value * 1.6f)), Paleness) : pale;
        pale = Glows ? blade * .45f : pale;
        return new LeafPalette(
            new LeafColour
            {
                Blade = blade,
                Petiole = PurplePetioles ? Rgb.FromHsv(330 + (random.Normal() * 15), .45f, value * .8f).Mix(pale, .4f) : blade.Mix(pale, random.Between(.25f, .7f)).Mix(red, Anthocyan * .6f),
                Vein = pale,
                Margin = yellowing
                    ? Rgb.FromHsv(random.Between(38, 60), .65f, Math.Min(1, value * 1.2f))
                    : Rgb.FromHsv(hue + (random.Normal() * 9), saturation, value * random.Between(.8f, 1.15f)).Mix(red, Anthocyan),
                MarginShare = yellowing ? random.Between(.6f, 1.2f) : random.Between(0, .7f),
                VeinContrast = VeinContrast * random.Between(.7f, 1.2f),
                Mottle = Mottle,
                Grain = Grain,
                Gloss = Gloss * random.Between(.5f, 1.3f),
                Hairs = Hairs,
                Dye = Dye,
                Pattern = Pattern,
                PatternShare = PatternShare,
                PatternScale = PatternScale,
            },
            YoungBrightness);
    }
}

/// <summary>The colours of one leaf over its life.</summary>
internal sealed record LeafPalette(LeafColour Grown, float YoungBrightness)
{
    public LeafColour At(float grown, float age)
    {
        // A leaf pales a little as it ages; the youngest differ from the rest in either direction.
        float brightness = 1 + ((YoungBrightness - 1) * Math.Max(0, 1 - (2 * grown))) + Math.Clamp((age - 6) * .008f, 0, .06f);
        return Grown with { Blade = Grown.Blade * brightness, Petiole = Grown.Petiole * brightness, Margin = Grown.Margin * brightness };
    }
}
