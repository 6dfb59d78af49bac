namespace LeafSeg.Common.Synthesis;

/// <summary>One plant in one pot under one lamp before one camera; its age and the moment are still open.</summary>
internal sealed class Scene
{
    private readonly ulong seed;
    private readonly int size;
    private readonly Plant? plant;
    private readonly Ground ground;
    private readonly Lamp lamp;
    private readonly Camera camera;
    private readonly Neighbours neighbours;
    private readonly Clutter? clutter;
    private readonly float centreX, centreY, pixelsPerUnit;

    private Scene(RosetteSettings settings, ulong seed, BackgroundPlates? plates, LeafPhotographs? photographs, bool plantIsCertain)
    {
        this.seed = seed;
        size = settings.Size;
        RandomSource layout = Stream(1);
        SceneKind kind = SceneKind.Draw(Stream(8), settings);
        bool isEmpty = kind.Empty && !plantIsCertain;
        bool hasPlant = (!layout.Chance(settings.NoPlantShare) && !isEmpty) || plantIsCertain;
        plant = Plant.Draw(Stream(2), settings, kind, Stream(11), photographs);
        camera = Camera.Draw(Stream(5), settings, plant.Colour).For(kind.Spectrum, Stream(12));
        int leafCount = kind.FewLeaves ? FewLeaves(layout, settings) : LeafCount(layout, settings);
        Age = plant.AgeWith(leafCount, layout.Between(.3f, .95f));
        float radius = (kind.WideFrame ? AnyRadius(layout, settings, leafCount) : kind.FewLeaves ? SeedlingRadius(layout, settings, leafCount) : Radius(layout, settings, leafCount)) * size;
        pixelsPerUnit = radius / plant.RadiusAt(Age);
        // A large plant leaves little room to stand anywhere but in the middle, if it was not cut off.
        float room = layout.Chance(.08f) ? .22f * size : Math.Max(.02f * size, Math.Min(.16f * size, (.5f * size) - radius));
        room = kind.WideFrame ? Math.Max(room, (.48f * size) - radius) : room;
        centreX = (size / 2f) + (layout.Between(-1, 1) * room);
        centreY = (size / 2f) + (layout.Between(-1, 1) * room);
        lamp = kind.Spectrum == Spectrum.Fluorescence ? Lamp.Draw(Stream(3), size).Diffuse(Stream(13)) : Lamp.Draw(Stream(3), size);
        ground = isEmpty ? Ground.DrawEmpty(Stream(4), size)
            : kind.Spectrum == Spectrum.Fluorescence ? Ground.DrawDark(Stream(4), size, centreX, centreY, radius)
            : kind.Bright ? Ground.DrawBright(Stream(4), settings, centreX, centreY, radius, plant.Colour, plates)
            : Ground.Draw(Stream(4), kind.Patterned ? settings with { UnnaturalShare = .6f } : settings, centreX, centreY, radius, plant.Colour, plates);
        if (kind.Bright || isEmpty)
        {
            camera = camera.ExposedFor(ground.Brightness(size, lamp), Stream(9));
        }

        clutter = kind.Cluttered || isEmpty ? Clutter.Draw(Stream(10), size, isEmpty) : null;
        neighbours = Neighbours.Draw(Stream(6), settings, centreX, centreY, radius);
        plant = hasPlant ? plant : null;
    }

    /// <summary>The age that the seed gave the plant, in plastochrons.</summary>
    public float Age { get; }

    public static Scene Draw(RosetteSettings settings, ulong seed, BackgroundPlates? plates, LeafPhotographs? photographs) =>
        new(settings, seed, plates, photographs, plantIsCertain: false);

    public static Scene DrawWithPlant(RosetteSettings settings, ulong seed, BackgroundPlates? plates, LeafPhotographs? photographs) =>
        new(settings, seed, plates, photographs, plantIsCertain: true);

    /// <summary>Pixels of the sensor for each pixel of the picture, each way; at most 1.</summary>
    public float Resolution => camera.Resolution;

    /// <summary>Paints the scene; the canvas then holds the light and the leaf on top of each pixel.</summary>
    public Canvas Paint(float age, int moment)
    {
        RandomSource now = Stream(100 + (ulong)moment);
        Lamp light = lamp.Moved(now);
        Canvas canvas = new(size);
        ground.Paint(canvas, light, block: camera.Resolution switch { <= .25f => 4, <= .5f => 2, _ => 1 });
        clutter?.PaintBelow(canvas, light);
        neighbours.Paint(canvas, light, now, age / Age);
        foreach (LeafPose leaf in plant?.At(age, centreX, centreY, pixelsPerUnit, now) ?? [])
        {
            LeafPainter.Paint(canvas, leaf, light);
        }

        Shadows.Cast(canvas, light);
        clutter?.PaintAbove(canvas, light);
        return canvas;
    }

    public Imaging.RgbImage Expose(Canvas canvas, int moment)
    {
        RandomSource now = Stream(100_000 + (ulong)moment);
        return camera.Again(now).Expose(canvas, now);
    }

    /// <summary>Most plants show 4 to 13 leaves, besides the ones in the bud; a fifth is dense.</summary>
    private int LeafCount(RandomSource random, RosetteSettings settings)
    {
        float share = random.Unit() switch
        {
            < .2f => random.Unit(),
            < .81f => .08f + (.23f * (random.Unit() + random.Unit())),
            _ => random.Between(.5f, 1),
        };
        // A few thousand pixels cannot show two dozen leaves.
        share *= Math.Min(1, .4f + (2 * camera.Resolution));
        return settings.MinLeaves + (int)Math.Min(share * (settings.MaxLeaves - settings.MinLeaves + 1), settings.MaxLeaves - settings.MinLeaves);
    }

    /// <summary>
    /// Plants with few leaves are small, unless the picture was cut close around them; few pixels mostly mean that it was.
    /// </summary>
    private float Radius(RandomSource random, RosetteSettings settings, int leafCount)
    {
        float grown = Math.Clamp((leafCount - 2) / 8f, 0, 1);
        float low = .05f + (.11f * grown), high = .16f + (.32f * grown);
        bool cropped = random.Chance(camera.Resolution < .4f ? .8f : .25f);
        float radius = cropped ? random.Between(.2f + (.12f * grown), .36f + (.14f * grown)) : random.Between(low, high);
        radius *= grown == 1 && random.Chance(.12f) ? random.Between(1, 1.35f) : 1;
        return Math.Clamp(radius, settings.MinRadius, settings.MaxRadius);
    }

    /// <summary>Two cotyledons up to eight leaves, as far as the settings allow them.</summary>
    private static int FewLeaves(RandomSource random, RosetteSettings settings) =>
        Math.Clamp(2 + (int)(7 * random.Unit()), settings.MinLeaves, settings.MaxLeaves);

    /// <summary>Seedlings are small beside what they stand on, young plants fill the picture; in between anything.</summary>
    private float SeedlingRadius(RandomSource random, RosetteSettings settings, int leafCount)
    {
        float grown = Math.Clamp((leafCount - 2) / 4f, 0, 1);
        float high = .28f + (.25f * grown), low = Math.Min(high, Math.Max(.06f + (.12f * grown), .04f / camera.Resolution));
        return Math.Clamp(low * MathF.Pow(high / low, random.Unit()), settings.MinRadius, settings.MaxRadius);
    }

    /// <summary>From 3 to 120 % of the picture's width, each doubling as often as the next, as long as the sensor can show the leaves.</summary>
    private float AnyRadius(RandomSource random, RosetteSettings settings, int leafCount)
    {
        float low = .015f * MathF.Sqrt(leafCount / 2f) / camera.Resolution;
        return Math.Clamp(Math.Min(low, .6f) * MathF.Pow(Math.Max(1, .6f / low), random.Unit()), Math.Min(settings.MinRadius, .015f), settings.MaxRadius);
    }

    private RandomSource Stream(ulong stream) => new(RandomSource.Derive(seed, stream));
}
