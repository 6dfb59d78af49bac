namespace LeafSeg.Common.Synthesis;

/// <summary>How a blade's margin departs from a smooth outline: teeth, round or sharp, and lobes.</summary>
internal sealed record LeafMargin
{
    public static LeafMargin Entire { get; } = new();

    /// <summary>Teeth a side.</summary>
    public int Teeth { get; init; }

    /// <summary>Depth of a tooth as a share of the half width.</summary>
    public float ToothDepth { get; init; }

    /// <summary>Teeth are scallops, not saw teeth that point to the tip.</summary>
    public bool Round { get; init; }

    /// <summary>0 for straight flanks, 1 for spikes with flat runs between them.</summary>
    public float Spike { get; init; }

    /// <summary>Share of the teeth's depth that is left at the tip.</summary>
    public float AtTip { get; init; } = .4f;

    /// <summary>Lobes a side.</summary>
    public int Lobes { get; init; }

    /// <summary>Depth of the bays between lobes as a share of the half width.</summary>
    public float LobeDepth { get; init; }

    /// <summary>Above 0 the base is cut more deeply than the tip, as in leaves of radish or mustard.</summary>
    public float Lyrate { get; init; }

    /// <summary>Size of an irregular waver of the margin as a share of the half width.</summary>
    public float Ragged { get; init; }

    /// <summary>A young leaf is not as deeply cut.</summary>
    public LeafMargin Young(float grown) => this with
    {
        ToothDepth = ToothDepth * Math.Min(1, grown * 1.5f),
        LobeDepth = LobeDepth * Math.Min(1, .3f + grown),
    };

    /// <summary>Factor on the half width at a place <paramref name="x"/> 0..1 along the blade.</summary>
    /// <param name="x">From the blade's base to its tip.</param>
    /// <param name="noiseX">Where this leaf reads the noise.</param>
    /// <param name="noiseY">Where this leaf reads the noise; differs between its sides.</param>
    public float At(float x, float noiseX, float noiseY)
    {
        float uneven = 1 + ((NoiseTexture.Clouds.At(noiseX + (x * 70), noiseY) - .5f) * .3f);
        if (Ragged > 0)
        {
            uneven += (NoiseTexture.Crumbs.At(noiseX + (x * 140), noiseY) - .5f) * Ragged * Math.Min(1, 8 * x * (1 - x));
        }

        return uneven * Toothed(x, noiseX, noiseY) * Lobed(x, noiseX, noiseY);
    }

    private float Toothed(float x, float noiseX, float noiseY)
    {
        if (ToothDepth == 0)
        {
            return 1;
        }

        float phase = (x * (.8f + (.4f * x)) * Teeth) + noiseX + noiseY;
        float inTooth = phase - MathF.Floor(phase);
        float tooth = inTooth < .78f ? inTooth / .78f : (1 - inTooth) / .22f;
        tooth = Round ? 1 - Square((2 * inTooth) - 1) : tooth + (((tooth * tooth * tooth) - tooth) * Spike);
        float strength = Math.Min(1, 6 * x * (1 - x)) * (1.15f + ((AtTip - 1.15f) * x));
        float size = .6f + (.8f * NoiseTexture.Crumbs.At((int)(MathF.Floor(phase) * 37), (int)noiseY));
        return 1 + (ToothDepth * strength * size * (tooth - .5f));
    }

    private float Lobed(float x, float noiseX, float noiseY)
    {
        if (LobeDepth == 0)
        {
            return 1;
        }

        // The two sides' lobes stand nearly opposite each other, and the last one is the tip itself.
        float phase = (x * (Lobes + .5f)) + ((NoiseTexture.Clouds.At(noiseX + (x * 60), noiseY + 50) - .5f) * .9f);
        float inLobe = phase - MathF.Floor(phase);
        float lobe = 1 - Square(Square((2 * inLobe) - 1));
        float strength = Math.Min(1, (1 - x) * (Lobes + .5f) * .8f) * (1 - (Lyrate * x));
        return 1 - (LobeDepth * strength * (1 - lobe)) - (LobeDepth * Lyrate * .45f * (1 - x));
    }

    private static float Square(float value) => value * value;
}
