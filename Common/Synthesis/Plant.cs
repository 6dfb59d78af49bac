namespace LeafSeg.Common.Synthesis;

/// <summary>
/// A rosette as its seed made it: where each leaf will stand and how it will look, whatever its age. Time is
/// counted in plastochrons, the time between two leaves.
/// </summary>
internal sealed class Plant
{
    private readonly Leaf[] leaves;
    private readonly float youngSlope, oldSlope, growthMiddle, growthRate, petioleHalfWidth, wobble;

    private Plant(RandomSource random, Palette palette, PlantStyle style, Collage? collage = null)
    {
        Colour = palette.Blade;
        youngSlope = random.Between(.5f, 1.3f);
        oldSlope = random.Between(.05f, .35f);
        growthMiddle = random.Between(1.3f, 3.6f);
        growthRate = random.Between(.75f, 1.35f);
        petioleHalfWidth = style.PetioleHalfWidth;
        wobble = random.Between(.01f, .03f);
        leaves = new Leaf[RosetteSettings.MostLeaves];
        float turn = random.Between(0, 2 * MathF.PI), hand = random.Chance(.5f) ? 1 : -1, emerges = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Leaf.Draw(random, i, turn, emerges, style, palette);
            leaves[i] = collage is null ? leaves[i] : leaves[i] with { Form = collage.Dress(leaves[i].Form) };
            // Cotyledons stand opposite each other, the first two leaves across them, all others in a spiral, in ranks or in pairs.
            bool pair = i == 0 || (i == 2 && style.FirstPair) || (style.InPairs && i % 2 == 0);
            float step = pair ? 180 : i == 1 || style.InPairs ? 90 : style.Divergence;
            turn += hand * (step + (random.Normal() * style.AngleJitter)) * MathF.PI / 180;
            emerges += i == 0 ? 0 : i == 1 ? random.Between(.9f, 1.4f) : style.Plastochron * (pair ? random.Between(.1f, .4f) : random.Between(.75f, 1.2f));
        }
    }

    /// <summary>The usual colour of its blades.</summary>
    public Rgb Colour { get; }

    public static Plant Draw(RandomSource random, RosetteSettings settings) =>
        new(random, Palette.Draw(random, random.Chance(settings.UnnaturalShare)), PlantStyle.Draw(random));

    /// <param name="random">Where chance comes from.</param>
    /// <param name="settings">How often its colours are unnatural.</param>
    /// <param name="kind">What is unlike the usual rosette.</param>
    /// <param name="further">Where chance comes from for what is unlike it.</param>
    /// <param name="photographs">Leaves for <see cref="SceneKind.Collage"/>.</param>
    public static Plant Draw(RandomSource random, RosetteSettings settings, SceneKind kind, RandomSource further, LeafPhotographs? photographs)
    {
        Palette palette = Palette.Draw(random, random.Chance(settings.UnnaturalShare));
        PlantStyle style = PlantStyle.Draw(random);
        if (kind.FewLeaves)
        {
            (palette, style) = (palette.WithLightVeins(further), SeedlingStyle.Draw(further));
        }

        if (kind.OtherBlades)
        {
            style = BladeStyle.Draw(further, style);
            palette = further.Chance(.35f) ? palette.Darkened(further) : palette;
        }

        palette = kind.Patterned ? palette.Patterned(further) : palette;
        palette = kind.Spectrum switch
        {
            Spectrum.Infrared => palette.InInfrared(further),
            Spectrum.Fluorescence => palette.InFluorescence(further),
            _ => palette,
        };
        if (photographs is null || !kind.Collage)
        {
            return new Plant(random, palette, style);
        }

        return new Plant(random, palette.Dyed(further), style, new Collage(further, photographs));
    }

    /// <summary>An age at which the plant has this many leaves, the youngest just unfolding.</summary>
    public float AgeWith(int leafCount, float sinceLast)
    {
        float emerged = leaves[leafCount - 1].Emerges;
        float next = leafCount < leaves.Length ? leaves[leafCount].Emerges : emerged + 1;
        // Two leaves of one pair emerge together; the younger is then the one that counts.
        return next > emerged ? emerged + ((next - emerged) * sinceLast) : emerged + .01f;
    }

    /// <summary>Distance from the centre to the furthest tip, in the plant's own unit.</summary>
    public float RadiusAt(float age) => leaves.Where(leaf => leaf.Emerges <= age).Max(leaf => Reach(leaf, age));

    /// <summary>All leaves at an age, the lowest first.</summary>
    /// <param name="age">In plastochrons since the cotyledons unfolded.</param>
    /// <param name="x">The plant's centre in pixels.</param>
    /// <param name="y">The plant's centre in pixels.</param>
    /// <param name="pixelsPerUnit">How many pixels the plant's own unit takes.</param>
    /// <param name="now">Small movements of this moment.</param>
    public IReadOnlyList<LeafPose> At(float age, float x, float y, float pixelsPerUnit, RandomSource now)
    {
        List<(float Order, LeafPose Pose)> poses = [];
        float radius = RadiusAt(age) * pixelsPerUnit;
        for (int i = 0; i < leaves.Length; i++)
        {
            Leaf leaf = leaves[i];
            float movement = now.Normal() * wobble;
            if (leaf.Emerges <= age)
            {
                poses.Add((leaf.Order, Pose(leaf, i, age, x, y, pixelsPerUnit, radius, movement)));
            }
        }

        return [.. poses.OrderBy(pose => pose.Order).Select(pose => pose.Pose)];
    }

    private LeafPose Pose(Leaf leaf, int index, float age, float x, float y, float pixelsPerUnit, float radius, float movement)
    {
        float grown = Grown(leaf, age);
        float slope = Slope(leaf, age);
        float length = Math.Max(2, Reach(leaf, age) * pixelsPerUnit);
        float fullLength = leaf.Length * grown * pixelsPerUnit;
        // Petioles stretch late: a young leaf is nearly all blade.
        float petioleShare = leaf.PetioleShare * Math.Min(1, .25f + (1.1f * grown));
        (double sin, double cos) = Math.SinCos(leaf.Angle + movement);
        float stem = radius * .02f * Math.Min(1, grown * 2);
        float halfWidth = Math.Max(1, fullLength * (1 - leaf.PetioleShare) * leaf.Aspect * .5f * leaf.Roll);
        return new LeafPose
        {
            Number = (ushort)(index + 1),
            X = x + ((float)cos * stem),
            Y = y + ((float)sin * stem),
            Cos = (float)cos,
            Sin = (float)sin,
            Length = length,
            PetioleShare = petioleShare,
            HalfWidth = halfWidth,
            PetioleHalfWidth = Math.Max(.75f, Math.Min(petioleHalfWidth * pixelsPerUnit * MathF.Sqrt(grown) * leaf.PetioleWidth, halfWidth * .5f)),
            BaseHeight = 1 + (radius * .012f * index),
            BaseSlope = slope + .12f,
            TipSlope = (slope * .8f) - leaf.Droop,
            Form = leaf.Form with { Margin = leaf.Form.Margin.Young(grown), Quilt = leaf.Form.Quilt * Math.Min(1, fullLength / 80) },
            Colour = leaf.Colour.At(grown, age - leaf.Emerges),
        };
    }

    private float Reach(Leaf leaf, float age) => leaf.Length * Grown(leaf, age) / MathF.Sqrt(1 + (Slope(leaf, age) * Slope(leaf, age)));

    /// <summary>Share of the final length: a logistic curve. Cotyledons are there from the beginning.</summary>
    private float Grown(Leaf leaf, float age)
    {
        float since = age - leaf.Emerges;
        float middle = leaf.IsCotyledon ? 0 : growthMiddle;
        return (float)(1 / (1 + Math.Exp((middle - since) / growthRate)));
    }

    /// <summary>Young leaves stand up, old ones lie down.</summary>
    private float Slope(Leaf leaf, float age)
    {
        float grown = Grown(leaf, age);
        return leaf.IsCotyledon ? oldSlope : (leaf.Tilt * oldSlope) + ((youngSlope - oldSlope) * (1 - grown) * (1 - grown));
    }

    private sealed record Leaf
    {
        public required bool IsCotyledon { get; init; }

        public required float Angle { get; init; }

        public required float Emerges { get; init; }

        /// <summary>What is painted when: older leaves lie lower, with now and then a neighbour pushed over.</summary>
        public required float Order { get; init; }

        public required float Length { get; init; }

        public required float PetioleShare { get; init; }

        public required float PetioleWidth { get; init; }

        public required float Aspect { get; init; }

        /// <summary>A rolled or turned blade shows less of its width.</summary>
        public required float Roll { get; init; }

        public required float Tilt { get; init; }

        public required float Droop { get; init; }

        public required LeafForm Form { get; init; }

        public required LeafPalette Colour { get; init; }

        public static Leaf Draw(RandomSource random, int index, float angle, float emerges, PlantStyle style, Palette palette)
        {
            bool cotyledon = index < 2;
            // Arabidopsis changes from round juvenile leaves to long adult ones over about six leaves.
            float adult = Math.Clamp((index - 2) / 6f, 0, 1);
            float disorder = style.Disorder;
            return new Leaf
            {
                IsCotyledon = cotyledon,
                Angle = angle,
                Emerges = emerges,
                Order = index + (random.Normal() * .5f * Math.Max(1, disorder)),
                Length = (cotyledon ? style.Cotyledon : Math.Min(1, style.FirstLeaf + (.11f * (index - 2)))) * Math.Clamp(1 + (random.Normal() * .08f * disorder), .4f, 1.6f),
                PetioleShare = cotyledon ? random.Between(.22f, .45f)
                    : Math.Clamp(style.EarlyPetiole + ((style.LatePetiole - style.EarlyPetiole) * adult) + (random.Normal() * .04f * disorder), .02f, .7f),
                PetioleWidth = (cotyledon ? .5f : .8f + (.3f * adult)) * random.Between(.85f, 1.15f),
                Aspect = cotyledon ? random.Between(.75f, 1) * style.CotyledonWidth
                    : (style.EarlyAspect + ((style.LateAspect - style.EarlyAspect) * adult)) * Math.Clamp(1 + (random.Normal() * .06f * disorder), .6f, 1.5f),
                Roll = random.Chance(.15f) ? random.Between(.6f, .9f) : random.Between(.9f, 1),
                Tilt = random.Between(.3f, 1.7f),
                Droop = random.Between(.05f, .5f) * style.Relief,
                Form = new LeafForm
                {
                    BasePower = cotyledon ? random.Between(.45f, .65f) : Math.Max(.42f, style.BasePower * (.75f + (.35f * adult)) * random.Between(.9f, 1.1f)),
                    TipPower = cotyledon ? random.Between(.42f, .5f) : Math.Max(.4f, style.TipPower * random.Between(.92f, 1.08f)),
                    Notch = cotyledon ? style.CotyledonNotch : 0,
                    Heart = cotyledon ? 0 : style.Heart * random.Between(.8f, 1.2f),
                    Margin = cotyledon ? LeafMargin.Entire : style.Margin with
                    {
                        Teeth = Math.Max(2, style.Margin.Teeth + random.Integer(-1, 1)),
                        ToothDepth = style.Margin.ToothDepth * (.3f + (.7f * adult)) * random.Between(.6f, 1.2f),
                        LobeDepth = style.Margin.LobeDepth * (.5f + (.5f * adult)) * random.Between(.8f, 1.1f),
                    },
                    Bend = random.Normal() * .05f * disorder * style.Curl,
                    Sway = random.Normal() * .08f * disorder * style.Curl,
                    Fold = random.Between(-.12f, .3f) * style.Relief,
                    Cup = random.Between(-.3f, .25f) * style.Relief,
                    Wave = cotyledon ? .05f : random.Between(.05f, .35f) * style.Relief,
                    Quilt = cotyledon ? 0 : random.Between(0, .22f) * style.Relief,
                    Veins = cotyledon ? 2 : random.Between(3.2f, 6),
                    NoiseX = random.Between(0, 512),
                    NoiseY = random.Between(600, 1000),
                },
                Colour = palette.DrawLeaf(random),
            };
        }
    }
}
