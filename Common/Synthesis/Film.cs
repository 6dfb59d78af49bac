namespace LeafSeg.Common.Synthesis;

/// <summary>Creased plastic film, foil or still water: a slope that changes from place to place and mirrors the lamp where it faces it.</summary>
internal sealed class Film : Surface
{
    private readonly Rgb colour, below;
    private readonly float scale, offsetX, offsetY, steepness, shine, sharpness, clear, stretch;

    private Film(RandomSource random, Rgb colour, float pixel)
    {
        this.colour = colour;
        below = Rgb.FromHsv(random.Between(0, 360), random.Between(0, .5f), random.Between(.1f, .8f));
        scale = random.Between(.3f, 1.6f) / pixel;
        stretch = random.Between(.25f, 1);
        (offsetX, offsetY) = (random.Between(0, 512), random.Between(0, 512));
        steepness = random.Between(2, 10);
        shine = random.Between(.1f, .8f);
        sharpness = random.Between(3, 12);
        clear = random.Chance(.3f) ? random.Between(.2f, .8f) : 0;
    }

    /// <summary>Mulch film and foil: black, white, silver, or any colour.</summary>
    public static Film Plastic(RandomSource random, float pixel) => new(random, Board.Paint(random), pixel);

    /// <summary>A tray of water or nutrient solution: the ground through it, the sky on it.</summary>
    public static Film Water(RandomSource random, float pixel) =>
        new(random, Rgb.FromHsv(random.Between(60, 220), random.Between(.05f, .45f), random.Between(.15f, .7f)), pixel * random.Between(1.5f, 4));

    public override float DistanceTo(Rgb other) => colour.Mix(below, clear).DistanceTo(other);

    public override Rgb At(float x, float y, Lamp lamp)
    {
        float u = (x * scale) + offsetX, v = (y * scale * stretch) + offsetY;
        float here = NoiseTexture.Clouds.At(u, v);
        float slopeX = (NoiseTexture.Clouds.At(u + 2, v) - here) * steepness, slopeY = (NoiseTexture.Clouds.At(u, v + 2) - here) * steepness;
        float light = lamp.Ambient + ((1 - lamp.Ambient) * lamp.Lambert(slopeX, slopeY));
        // The camera looks straight down: a facet mirrors the lamp when it leans half way towards it.
        float offX = slopeX + (lamp.X / (1 + lamp.Z)), offY = slopeY + (lamp.Y / (1 + lamp.Z));
        float mirror = shine / (1 + (((offX * offX) + (offY * offY)) * sharpness * sharpness));
        Rgb seen = colour.Mix(below, clear) * light;
        return new Rgb(seen.R + mirror, seen.G + mirror, seen.B + mirror);
    }
}
