namespace LeafSeg.Common.Synthesis;

/// <summary>
/// A leaf's outline and rise, tabulated along its length. A leaf is a midrib and a half width on either side of it,
/// so a pixel needs one look into this table to know whether it is leaf, which part of it, and how it is tilted.
/// </summary>
internal sealed class LeafOutline
{
    /// <summary>Stations a pixel: the tip is steep, coarser tables show there as steps.</summary>
    public const int StationsPerPixel = 4;

    /// <summary>Pixels before the stem and behind the tip that the table covers.</summary>
    public const int Margin = 3;

    private LeafOutline(Station[] stations, float low, float high)
    {
        Stations = stations;
        Low = low;
        High = high;
    }

    public Station[] Stations { get; }

    /// <summary>The furthest that the leaf reaches to either side of its axis.</summary>
    public float Low { get; }

    public float High { get; }

    public static LeafOutline Of(LeafPose leaf)
    {
        Station[] stations = new Station[(int)((leaf.Length + (2 * Margin)) * StationsPerPixel) + 2];
        float petiole = leaf.Length * leaf.PetioleShare;
        LeafForm form = leaf.Form;
        double norm = Math.Pow(form.BasePower / (form.BasePower + form.TipPower), form.BasePower)
            * Math.Pow(form.TipPower / (form.BasePower + form.TipPower), form.TipPower);
        float heart = Math.Min(form.Heart, petiole * .8f / leaf.Length);
        float start = petiole - (heart * (leaf.Length - petiole));
        float blade = leaf.Length - start;
        float bay = (petiole - start) / blade;
        float atBay = bay > 0 ? Half(bay) : 0;
        float atNotch = form.Notch > 0 ? Half(1 - form.Notch) : 0;
        float low = 0, high = 0, height = leaf.BaseHeight;
        const float Step = 1f / StationsPerPixel;
        for (int i = 0; i < stations.Length; i++)
        {
            ref Station s = ref stations[i];
            float along = ((i + .5f) * Step) - Margin;
            float t = Math.Clamp(along / leaf.Length, 0, 1);
            float x = (along - start) / blade;
            s.X = Math.Clamp(x, 0, 1);
            s.Mid = leaf.Length * ((form.Bend * t * t) + (form.Sway * t * (t - .5f) * (1 - t) * 4));
            s.Slope = leaf.BaseSlope + ((leaf.TipSlope - leaf.BaseSlope) * t)
                + ((NoiseTexture.Clouds.At(form.NoiseX + (t * 40), form.NoiseY + 200) - .5f) * form.Wave);
            height = Math.Max(1, height + (s.Slope * Step));
            s.Height = height;

            float stalk = leaf.PetioleHalfWidth * (1.2f - (.4f * Math.Clamp(along / Math.Max(petiole, 1), 0, 1)));
            if (along < 0)
            {
                s.Left = s.Right = stalk + along;
            }
            else if (form.Photograph is not null)
            {
                (float middle, float half) = form.Photograph.At(along / leaf.Length);
                s.Mid += middle * leaf.Length;
                s.Left = s.Right = along < leaf.Length ? half * leaf.Length : leaf.Length - along;
                s.Blade = 1;
            }
            else if (x <= 0)
            {
                s.Left = s.Right = stalk;
            }
            else if (x < 1)
            {
                float half = x < bay ? Lobe(x / bay, atBay, ref s)
                    : x > 1 - form.Notch ? Lobe((1 - x) / form.Notch, atNotch, ref s)
                    : Half(x);
                s.Left = Widen(half * form.Margin.At(x, form.NoiseX, form.NoiseY), stalk * (1 - x));
                s.Right = Widen(half * form.Margin.At(x, form.NoiseX, form.NoiseY + 300), stalk * (1 - x));
                s.Stalk = x < bay ? stalk : -1;
                s.Blade = Math.Min(1, half / (half + stalk) * 1.25f);
                s.Ripple = (NoiseTexture.Clouds.At(form.NoiseX + 100 + (x * 90), form.NoiseY) - .5f) * form.Wave * 3;
            }
            else
            {
                s.Left = s.Right = leaf.Length - along;
                s.Blade = 1;
            }

            s.Midrib = Math.Max(.7f, stalk * .7f * (1 - s.X));
            low = Math.Max(low, s.Left - s.Mid);
            high = Math.Max(high, s.Right + s.Mid);
        }

        for (int i = 0; i < stations.Length; i++)
        {
            ref Station s = ref stations[i];
            ref Station before = ref stations[Math.Max(i - 1, 0)], after = ref stations[Math.Min(i + 1, stations.Length - 1)];
            float run = (Math.Min(i + 1, stations.Length - 1) - Math.Max(i - 1, 0)) * Step;
            s.Turn = 1 / MathF.Sqrt(1 + Square((after.Mid - before.Mid) / run));
            s.LeftSteepness = 1 / MathF.Sqrt(1 + Square((after.Left - before.Left) / run));
            s.RightSteepness = 1 / MathF.Sqrt(1 + Square((after.Right - before.Right) / run));
        }

        return new LeafOutline(stations, -low, high);

        float Half(float x) => leaf.HalfWidth * (float)(Math.Pow(x, form.BasePower) * Math.Pow(1 - x, form.TipPower) / norm);
    }

    /// <summary>Half width of two round lobes with a bay between them: behind the petiole of a heart, at the tip of a notched cotyledon.</summary>
    /// <param name="t">0 at the lobes' ends, 1 where they meet the whole blade.</param>
    /// <param name="atBay">The blade's half width there.</param>
    /// <param name="s">Receives the bay.</param>
    private static float Lobe(float t, float atBay, ref Station s)
    {
        float middle = .5f * atBay;
        float round = MathF.Sqrt(1 - ((1 - t) * (1 - t)));
        s.Bay = middle * (1 - round);
        return middle + ((atBay - middle) * round);
    }

    private static float Widen(float blade, float stalk) => MathF.Sqrt((blade * blade) + (stalk * stalk));

    private static float Square(float value) => value * value;

    /// <summary>A cut across the leaf; lengths in pixels, across the axis.</summary>
    internal struct Station
    {
        /// <summary>Where the midrib is, and the cosine of its angle to the axis.</summary>
        public float Mid, Turn;

        /// <summary>Half widths, and what turns a distance across into a distance to the outline.</summary>
        public float Left, Right, LeftSteepness, RightSteepness;

        /// <summary>Half width of the bay between two lobes, 0 where there is none, and of the petiole in it, below 0 where there is none.</summary>
        public float Bay, Stalk;

        /// <summary>Place along the blade 0..1, share of blade against petiole, half width of the midrib.</summary>
        public float X, Blade, Midrib;

        /// <summary>Height, rise along the leaf, and undulation at the margin.</summary>
        public float Height, Slope, Ripple;
    }
}
