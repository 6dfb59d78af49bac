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
    private readonly float centreX, centreY, pixelsPerUnit;

    private Scene(RosetteSettings settings, ulong seed, bool plantIsCertain)
    {
        this.seed = seed;
        size = settings.Size;
        RandomSource layout = Stream(1);
        bool hasPlant = !layout.Chance(settings.NoPlantShare) || plantIsCertain;
        plant = Plant.Draw(Stream(2), settings);
        int leafCount = LeafCount(layout, settings);
        Age = plant.AgeWith(leafCount, layout.Between(.3f, .95f));
        float radius = Radius(layout, settings, leafCount) * size;
        pixelsPerUnit = radius / plant.RadiusAt(Age);
        // A large plant leaves little room to stand anywhere but in the middle.
        float room = Math.Max(.02f * size, Math.Min(.16f * size, (.5f * size) - radius));
        centreX = (size / 2f) + (layout.Between(-1, 1) * room);
        centreY = (size / 2f) + (layout.Between(-1, 1) * room);
        lamp = Lamp.Draw(Stream(3), size);
        ground = Ground.Draw(Stream(4), settings, centreX, centreY, radius);
        camera = Camera.Draw(Stream(5), settings);
        plant = hasPlant ? plant : null;
    }

    /// <summary>The age that the seed gave the plant, in plastochrons.</summary>
    public float Age { get; }

    public static Scene Draw(RosetteSettings settings, ulong seed) => new(settings, seed, plantIsCertain: false);

    public static Scene DrawWithPlant(RosetteSettings settings, ulong seed) => new(settings, seed, plantIsCertain: true);

    /// <summary>Paints the scene; the canvas then holds the light and the leaf on top of each pixel.</summary>
    public Canvas Paint(float age, int moment)
    {
        RandomSource now = Stream(100 + (ulong)moment);
        Lamp light = lamp.Moved(now);
        Canvas canvas = new(size);
        ground.Paint(canvas, light);
        foreach (LeafPose leaf in plant?.At(age, centreX, centreY, pixelsPerUnit, now) ?? [])
        {
            LeafPainter.Paint(canvas, leaf, light);
        }

        Shadows.Cast(canvas, light);
        return canvas;
    }

    public Imaging.RgbImage Expose(Canvas canvas, int moment)
    {
        RandomSource now = Stream(100_000 + (ulong)moment);
        return camera.Again(now).Expose(canvas, now);
    }

    /// <summary>Most plants show 4 to 13 leaves, besides the ones in the bud.</summary>
    private static int LeafCount(RandomSource random, RosetteSettings settings)
    {
        float middle = Math.Min(1, .12f + ((random.Unit() + random.Unit()) / 2));
        float share = random.Chance(.3f) ? random.Unit() : middle;
        return settings.MinLeaves + (int)Math.Min(share * (settings.MaxLeaves - settings.MinLeaves + 1), settings.MaxLeaves - settings.MinLeaves);
    }

    /// <summary>Plants with few leaves are small, unless the picture was cut close around them.</summary>
    private static float Radius(RandomSource random, RosetteSettings settings, int leafCount)
    {
        float grown = Math.Clamp((leafCount - 2) / 8f, 0, 1);
        float low = .05f + (.11f * grown), high = .16f + (.3f * grown);
        float radius = random.Chance(.3f) ? random.Between(.1f + (.18f * grown), .3f + (.18f * grown)) : random.Between(low, high);
        return Math.Clamp(radius, settings.MinRadius, settings.MaxRadius);
    }

    private RandomSource Stream(ulong stream) => new(RandomSource.Derive(seed, stream));
}
